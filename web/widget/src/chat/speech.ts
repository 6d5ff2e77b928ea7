/** What the announcer says of a turn: in one go, without marks, with the choices. */
import type { Awaiting, Message } from "@smartbot/sdk";
import { plainText } from "../markdown/parse.ts";

export interface SpeechWords {
  assistant: string;
  choices(count: number): string;
  media(kind: string): string;
}

export interface Choice {
  value: string;
  label: string;
}

export function choicesOf(awaiting: Awaiting | null): Choice[] {
  const list = awaiting && "choices" in awaiting ? awaiting.choices : [];
  return Array.isArray(list) ? list.filter((it): it is Choice => typeof it?.value === "string" && typeof it?.label === "string") : [];
}

/** The words of lines from the bot or an agent, as one text; empty when there are none. */
export function spoken(lines: readonly Message[], awaiting: Awaiting | null, agent: string | null, words: SpeechWords): string {
  const heard = lines.filter((it) => it.from !== "user");
  if (heard.length === 0) return "";
  let last = "";
  const parts = heard.map((it) => {
    const speaker = it.from === "agent" ? (agent ?? words.assistant) : it.from === "bot" ? words.assistant : "";
    const name = speaker && speaker !== last ? `${speaker}: ` : "";
    last = speaker;
    const media = it.media as { type?: string; alt?: string } | null | undefined;
    const shown = media ? `${words.media(String(media.type ?? "file"))} ${media.alt ?? ""} ` : "";
    return ended(`${name}${shown}${it.kind === "event" ? it.text : plainText(it.text)}`.trim());
  });
  const choices = choicesOf(awaiting);
  if (choices.length > 0) parts.push(`${words.choices(choices.length)}: ${choices.map((it) => it.label).join(", ")}.`);
  return parts.join(" ");
}

/** With a full stop, so that voices pause. */
function ended(text: string): string {
  return /[.!?:…؟。]$/.test(text) ? text : `${text}.`;
}
