/** What all parts of the panel need. */
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Conversation } from "../chat/conversation.ts";
import type { Room } from "../chat/room.ts";
import { en, type Words } from "../i18n/index.ts";

export interface Panel {
  room: Room;
  words: Words;
  /** The language of the panel's own words. */
  language: string;
  /** How dates and numbers are written. */
  locale: string;
  /** Says something to those who do not see the screen. */
  announce(text: string): void;
}

export const PanelContext = createContext<Panel>({
  room: undefined as unknown as Room,
  words: en,
  language: "en",
  locale: "en",
  announce: () => undefined,
});

export function usePanel(): Panel {
  return useContext(PanelContext);
}

export function useConversation(room: Room): Conversation {
  const [chat, setChat] = useState(room.state);
  useEffect(() => {
    setChat(room.state);
    return room.subscribe(() => setChat(room.state));
  }, [room]);
  return chat;
}
