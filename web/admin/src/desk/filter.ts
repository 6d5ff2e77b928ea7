/** By what the lists of the desk are narrowed, beside words. Pure. */
import type { ChatFilter, DeskSession } from "../api/desk.ts";

export const FILTERS = ["flag", "bot", "language", "agent"] as const satisfies readonly (keyof ChatFilter)[];

/** Whether a chat passes: the same rules that the server goes by. */
export const passes = ({ flag, bot, language, agent }: ChatFilter, chat: DeskSession): boolean =>
  (!flag || chat.user.flags.includes(flag)) &&
  (!bot || chat.session.function_id === bot) &&
  (!language || chat.session.language === language) &&
  (!agent || chat.agent?.id === agent);
