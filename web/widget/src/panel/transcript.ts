/** The conversation as a text to keep. */
import type { Message } from "@smartbot/sdk";
import { plainText } from "../markdown/parse.ts";
import { prettyMoment } from "./moments.ts";

export function transcript(lines: readonly Message[], names: { assistant: string; you: string; agent: string }, locale: string): string {
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short" });
  const rows = lines.map((it) => {
    const name = it.from === "user" ? names.you : it.from === "agent" ? names.agent : it.from === "bot" ? names.assistant : "";
    const text = it.from === "user" ? prettyMoment(it.text, locale) : plainText(it.text);
    const url = typeof it.media?.url === "string" ? ` ${it.media.url}` : "";
    return `[${time.format(new Date(it.at))}] ${name ? `${name}: ` : ""}${text}${url}`;
  });
  return `${rows.join("\n")}\n`;
}
