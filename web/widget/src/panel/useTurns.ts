/** Says each turn of the bot once, when all of it is on the screen, and counts what nobody has seen. */
import { useEffect, useRef } from "preact/hooks";
import { type Conversation, hasGap } from "../chat/conversation.ts";
import { spoken } from "../chat/speech.ts";
import { usePanel } from "./context.ts";

/** The state of a session comes right after its words. */
const SETTLES = 150;

export function useTurns(chat: Conversation, shown: number, isOpen: boolean, onUnread: (count: number) => void): void {
  const { words, announce } = usePanel();
  const said = useRef(0);
  const seen = useRef(0);
  const told = useRef(0);
  const last = chat.lines.at(-1)?.seq ?? 0;
  // While a chat is gone on with, what comes is history, and how much of it there is comes last.
  const isKnown = chat.phase !== "starting";
  const isWhole = isKnown && shown === last && !hasGap(chat);

  useEffect(() => {
    said.current = Math.max(said.current, chat.oldSeq);
    seen.current = Math.max(seen.current, chat.oldSeq);
  }, [chat.oldSeq]);

  useEffect(() => {
    if (!isKnown) return;
    if (isOpen) seen.current = Math.max(seen.current, shown);
    // What nobody could hear is not said afterwards: it is on the screen to be read.
    if (!isOpen) said.current = Math.max(said.current, last);
    const unread = chat.lines.filter((it) => it.seq > seen.current && (it.from === "bot" || it.from === "agent")).length;
    if (unread !== told.current) onUnread(unread);
    told.current = unread;
  }, [shown, last, isOpen, isKnown]);

  useEffect(() => {
    if (!isWhole || !isOpen || last <= said.current) return;
    const timer = setTimeout(() => {
      const fresh = chat.lines.filter((it) => it.seq > said.current);
      said.current = last;
      announce(spoken(fresh, chat.awaiting, chat.agent, words));
    }, SETTLES);
    return () => clearTimeout(timer);
  }, [isWhole, isOpen, last, chat.awaiting]);
}
