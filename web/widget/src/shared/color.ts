/** Colours that can be read: WCAG's contrast, and accents that are made darker or lighter until they have it. */

export type Rgb = readonly [number, number, number];

/** Reads `#rgb` and `#rrggbb`; anything else is none. */
export function parseHex(text: string): Rgb | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text.trim());
  const long = short ? [...short].map((it) => it + it) : /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  if (!long) return null;
  const [, red = "0", green = "0", blue = "0"] = long;
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)];
}

export function toHex(color: Rgb): string {
  return `#${color.map((it) => Math.round(it).toString(16).padStart(2, "0")).join("")}`;
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((it) => {
    const part = it / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: Rgb, other: Rgb): number {
  const [bright, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
export const INK: Rgb = [16, 24, 32];

function mix(one: Rgb, other: Rgb, part: number): Rgb {
  return [0, 1, 2].map((at) => (one[at] ?? 0) * (1 - part) + (other[at] ?? 0) * part) as unknown as Rgb;
}

/** The colour itself if it stands out from `ground`, else the nearest one towards black or white that does. */
export function readable(color: Rgb, ground: Rgb, least = 4.5): Rgb {
  const goal = luminance(ground) > 0.18 ? BLACK : WHITE;
  for (let part = 0; part < 1; part += 0.04) {
    const tried = mix(color, goal, part);
    if (contrast(tried, ground) >= least) return tried;
  }
  return goal;
}

/** White or near-black, whichever is easier to read on the colour. */
export function textOn(color: Rgb): Rgb {
  return contrast(WHITE, color) >= contrast(INK, color) ? WHITE : INK;
}

/** The accent and the text on it, with a contrast of at least 4.5: a tone between is darkened for white text. */
export function accentPair(color: Rgb): { accent: Rgb; onAccent: Rgb } {
  const onAccent = textOn(color);
  return { accent: readable(color, onAccent), onAccent };
}
