/**
 * The light Markdown of bots, as a tree: bold, italics, code, links, lists, line breaks. Whoever draws it makes elements of it; there is no
 * way from a text to markup. What is no mark is text, so a value that somebody typed is never lost.
 */

export type Inline =
  | { type: "text"; text: string }
  | { type: "strong" | "em"; children: Inline[] }
  | { type: "code"; text: string }
  | { type: "link"; href: string; children: Inline[] }
  | { type: "break" };

export type Block = { type: "paragraph"; children: Inline[] } | { type: "list"; ordered: boolean; start: number; items: Inline[][] };

const BULLET = /^ {0,3}[-*•] +(.*)$/;
const NUMBER = /^ {0,3}(\d{1,4})[.)] +(.*)$/;

export function parseBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let words: string[] = [];
  let list = null as { ordered: boolean; start: number; items: string[] } | null;
  const closeWords = () => {
    if (words.length > 0) blocks.push({ type: "paragraph", children: parseInline(words.join("\n")) });
    words = [];
  };
  const closeList = () => {
    if (list) blocks.push({ type: "list", ordered: list.ordered, start: list.start, items: list.items.map(parseInline) });
    list = null;
  };
  for (const line of text.replaceAll("\r\n", "\n").split("\n")) {
    const bullet = BULLET.exec(line);
    const number = NUMBER.exec(line);
    if (bullet || number) {
      closeWords();
      const ordered = !bullet;
      if (list?.ordered !== ordered) closeList();
      list ??= { ordered, start: Number(number?.[1] ?? 1), items: [] };
      list.items.push(bullet?.[1] ?? number?.[2] ?? "");
    } else if (line.trim() === "") {
      closeWords();
      closeList();
    } else {
      closeList();
      words.push(line);
    }
  }
  closeWords();
  closeList();
  return blocks;
}

/** Addresses that a click may lead to. Anything else, scripts above all, stays text. */
export function safeHref(address: string): string | null {
  try {
    const url = new URL(address);
    return ["https:", "http:", "mailto:", "tel:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

const CODE = /^`([^`\n]+)`/;
const STRONG = /^\*\*(?=\S)([^\n]*?[^\s*])\*\*/;
const EM = /^([*_])(?=[^\s*_])([^\n*_]*?[^\s*_])\1(?![\p{L}\p{N}])/u;
const LINK = /^\[([^\]\n]{1,500})\]\(([^\s()]{1,2000}(?:\([^\s()]*\)[^\s()]*)?)\)/;
const ADDRESS = /^https?:\/\/[^\s<>"'`]{1,2000}/;
const AFTER_ADDRESS = /[.,;:!?)\]*_]+$/;
const ESCAPED = /^\\([\\`*_[\]()#+\-.!>])/;

/** Marks within a line. It goes once from left to right, so long texts cost no more than they are long. */
export function parseInline(text: string): Inline[] {
  return inline(text, 0);
}

const DEEPEST = 4;

function inline(text: string, depth: number): Inline[] {
  const found: Inline[] = [];
  let plain = "";
  const flush = () => {
    if (plain) found.push({ type: "text", text: plain });
    plain = "";
  };
  const push = (it: Inline) => {
    flush();
    found.push(it);
  };
  for (let at = 0; at < text.length; ) {
    const letter = text.charAt(at);
    if (letter === "\n") {
      push({ type: "break" });
      at += 1;
      continue;
    }
    const mark = depth < DEEPEST && "\\`*_[h".includes(letter) ? readMark(text.slice(at, at + 4_000), text.charAt(at - 1), depth) : null;
    if (mark) {
      if (mark.node) push(mark.node);
      else plain += mark.text;
      at += mark.length;
    } else {
      plain += letter;
      at += 1;
    }
  }
  flush();
  return found;
}

type Mark = { length: number; node: Inline; text?: never } | { length: number; text: string; node?: never };

function readMark(rest: string, before: string, depth: number): Mark | null {
  const escaped = ESCAPED.exec(rest);
  if (escaped) return { length: 2, text: escaped[1] ?? "" };
  const code = CODE.exec(rest);
  if (code) return { length: code[0].length, node: { type: "code", text: code[1] ?? "" } };
  const strong = STRONG.exec(rest);
  if (strong) return { length: strong[0].length, node: { type: "strong", children: inline(strong[1] ?? "", depth + 1) } };
  // Within a word an underscore is part of a name.
  const em = /[\p{L}\p{N}]/u.test(before) ? null : EM.exec(rest);
  if (em) return { length: em[0].length, node: { type: "em", children: inline(em[2] ?? "", depth + 1) } };
  const link = LINK.exec(rest);
  const href = link ? safeHref(link[2] ?? "") : null;
  if (link && href) return { length: link[0].length, node: { type: "link", href, children: inline(link[1] ?? "", DEEPEST) } };
  const address = /[\p{L}\p{N}]/u.test(before) ? null : ADDRESS.exec(rest);
  if (address) {
    const shown = address[0].replace(AFTER_ADDRESS, "");
    const target = safeHref(shown);
    if (target) return { length: shown.length, node: { type: "link", href: target, children: [{ type: "text", text: shown }] } };
  }
  return null;
}

/** The words alone, for voices and previews. */
export function plainText(text: string): string {
  const words = (list: Inline[]): string =>
    list.map((it) => (it.type === "break" ? " " : "children" in it ? words(it.children) : it.text)).join("");
  return parseBlocks(text)
    .map((it) => (it.type === "paragraph" ? words(it.children) : it.items.map(words).join(", ")))
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
}
