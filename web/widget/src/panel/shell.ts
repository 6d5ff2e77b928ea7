/** What stands around the chat: its looks, its language, whether it is open. */
import type { Appearance } from "@smartbot/sdk";
import type { Words } from "../i18n/index.ts";
import type { Scheme } from "../shared/protocol.ts";

export interface Shell {
  words: Words;
  /** The language of the words. */
  language: string;
  /** How dates and numbers are written, and in which direction. */
  locale: string;
  appearance: Appearance;
  title: string;
  scheme: Scheme;
  isOpen: boolean;
  isFramed: boolean;
  /** Counts the times that somebody opened it by hand. */
  openedBy: number;
}
