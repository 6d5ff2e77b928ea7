/** The looks that a bot or a page sets, as variables of the style sheet. Texts on the accent can always be read. */
import type { Appearance } from "@smartbot/sdk";
import { accentPair, INK, parseHex, type Rgb, readable, toHex } from "../shared/color.ts";
import type { Scheme } from "../shared/protocol.ts";

const ACCENT: Rgb = [11, 110, 121];
/** What accent texts stand on, the darkest and the brightest of each scheme. */
const GROUND: Record<Scheme, Rgb> = { light: [240, 243, 246], dark: [38, 48, 58] };

export function applyTheme(root: HTMLElement, appearance: Appearance, scheme: Scheme): void {
  const wished = parseHex(appearance.color ?? "") ?? ACCENT;
  const { accent, onAccent } = accentPair(wished);
  root.dataset.scheme = scheme;
  const set = (name: string, color: Rgb) => root.style.setProperty(name, toHex(color));
  set("--accent", accent);
  set("--on-accent", onAccent);
  set("--accent-text", readable(wished, GROUND[scheme]));
  // Borders and rings need 3 to 1 only, and keep more of the colour.
  set("--accent-line", readable(wished, GROUND[scheme], 3.2));
  set("--accent-ink", INK);
}
