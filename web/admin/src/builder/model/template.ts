/** Texts with `{field}` in them, as the engine splits them; enough of it to find and rename fields. */

/** A placeholder in a text. */
export interface Placeholder {
  /** The field's name, without what reaches into it. */
  name: string;
  /** The whole path, such as `booking.slot.start`. */
  path: string;
  start: number;
  end: number;
}

const PLACEHOLDER = /\\[{}]|\{\{[^}]*\}\}|\{([^{}]*)\}/g;
const NAME = /^\s*([A-Za-z_]\w*)((?:\.\w+)*)\s*(?=[:|]|$)/;

export function placeholdersIn(text: string): Placeholder[] {
  const found: Placeholder[] = [];
  for (const match of text.matchAll(PLACEHOLDER)) {
    const inner = match[1];
    const name = inner === undefined ? null : NAME.exec(inner);
    if (!name?.[1]) continue;
    found.push({ name: name[1], path: name[1] + (name[2] ?? ""), start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** The text with the fields renamed for which there is another name. */
export function renameIn(text: string, names: ReadonlyMap<string, string>): string {
  let renamed = "";
  let at = 0;
  for (const it of placeholdersIn(text)) {
    const name = names.get(it.name);
    if (name === undefined) continue;
    const place = text.indexOf(it.name, it.start);
    renamed += text.slice(at, place) + name;
    at = place + it.name.length;
  }
  return renamed + text.slice(at);
}

/** Names in a formula: words that are neither functions of a filter nor known words. */
export function namesInFormula(formula: string): string[] {
  const bare = formula.replace(/"[^"]*"|'[^']*'/g, " ");
  const words = [...bare.matchAll(/(\|\s*)?(?<![\w.])([A-Za-z_]\w*)(\s*\()?/g)];
  const names = words.filter((it) => !it[1] && !it[3] && !FORMULA_WORDS.has(it[2] ?? "")).map((it) => it[2] ?? "");
  return [...new Set(names)];
}

const FORMULA_WORDS = new Set(["and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "null", "today", "now"]);
