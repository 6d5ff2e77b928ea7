/** What the address of CHATS says: which list, and by which flag. Never a word of a patient. */
import { DESK_LISTS, type DeskListName } from "../../api/desk.ts";

export interface ChatSearch {
  list: DeskListName;
  flag?: string;
}

export const FIRST_LIST: DeskListName = "needs_person";

export function readChatSearch({ list, flag }: { [Key in keyof ChatSearch]?: unknown }): ChatSearch {
  return {
    list: DESK_LISTS.find((it) => it === list) ?? FIRST_LIST,
    flag: typeof flag === "string" && flag !== "" ? flag : undefined,
  };
}
