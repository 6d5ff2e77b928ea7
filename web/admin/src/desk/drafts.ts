/** What was typed and not sent: for each chat one reply and one note, so that neither is taken for the other. In memory only. */
import { create } from "zustand";
import { onLeave } from "../session/leaving.ts";

export type Mode = "reply" | "note";

interface Drafts {
  texts: Readonly<Record<string, string>>;
}

const useDrafts = create<Drafts>(() => ({ texts: {} }));
onLeave(() => useDrafts.setState({ texts: {} }));

const keyOf = (chat: string, mode: Mode): string => `${mode} ${chat}`;

export function useDraft(chat: string, mode: Mode): [string, (text: string) => void] {
  const key = keyOf(chat, mode);
  const text = useDrafts((it) => it.texts[key] ?? "");
  return [text, (next) => useDrafts.setState(({ texts }) => ({ texts: { ...texts, [key]: next } }))];
}

/** Puts words back that were taken back, before what was typed since. */
export function putBack(chat: string, mode: Mode, text: string): void {
  const key = keyOf(chat, mode);
  useDrafts.setState(({ texts }) => ({ texts: { ...texts, [key]: [text, texts[key]].filter(Boolean).join("\n") } }));
}

/** Takes out words that have arrived. What was typed since stays, and a draft in which they do not stand any more stays as it is. */
export function takeOut(chat: string, mode: Mode, words: string): void {
  const key = keyOf(chat, mode);
  useDrafts.setState(({ texts }) => {
    const draft = (texts[key] ?? "").trimStart();
    return draft.startsWith(words) ? { texts: { ...texts, [key]: draft.slice(words.length).trimStart() } } : {};
  });
}
