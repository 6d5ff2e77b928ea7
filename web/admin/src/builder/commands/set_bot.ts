import type { BotDocument, CatchAll } from "../model/document.ts";
import { same } from "../model/text.ts";
import type { Command } from "./command.ts";

/** What of a bot as a whole can be set. Its function id is not among it: others call the bot by it. */
export type BotKey = "name" | "description" | "language" | "languages" | "hashtags" | "catch_all";

export interface SetBot {
  key: BotKey;
  value: string | string[] | CatchAll | undefined;
}

export const setBot: Command<SetBot> = (draft, { key, value }, { before }) => {
  if (same(before[key], value)) return null;
  if (value === undefined) delete (draft as Partial<BotDocument>)[key];
  else Object.assign(draft, { [key]: value });
  return { label: { key: "set_bot", values: { setting: key } } };
};
