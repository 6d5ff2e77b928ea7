/** Elements without markup: a policy of trusted types has nothing to refuse. */

type Attributes = Record<string, string>;

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  children: (Node | string)[] = [],
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line drawing on a field of 24 by 24. */
export function icon(path: string): SVGElement {
  const made = document.createElementNS(SVG, "svg");
  const drawing = document.createElementNS(SVG, "path");
  const look = { fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round" };
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", ...look })) made.setAttribute(key, value);
  drawing.setAttribute("d", path);
  made.append(drawing);
  return made;
}

export const BUBBLE = "M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-6l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM8 9h8M8 13h5";
export const CROSS = "M6 6l12 12M18 6L6 18";
export const DOWN = "M6 9l6 6 6-6";
