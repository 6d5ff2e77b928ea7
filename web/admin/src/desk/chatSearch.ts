/** What the address of CHATS says: which list, and by what it is narrowed. Never a word of a patient. */
import { type ChatFilter, DESK_LISTS, type DeskListName } from "../api/desk.ts";

export interface ChatSearch extends ChatFilter {
  list: DeskListName;
}

export const FIRST_LIST: DeskListName = "needs_person";

const word = (told: unknown): string | undefined => (typeof told === "string" && told !== "" ? told : undefined);

export function readChatSearch({ list, flag, bot, language, agent }: { [Key in keyof ChatSearch]?: unknown }): ChatSearch {
  return {
    list: DESK_LISTS.find((it) => it === list) ?? FIRST_LIST,
    flag: word(flag),
    bot: word(bot),
    language: word(language),
    agent: word(agent),
  };
}

/** Whether two addresses show the same. */
export const isSameSearch = (a: ChatSearch, b: ChatSearch): boolean =>
  JSON.stringify(readChatSearch(a)) === JSON.stringify(readChatSearch(b));
