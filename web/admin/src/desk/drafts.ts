/** What was typed and not sent: for each chat one reply and one note, so that neither is taken for the other. In memory only. */
import { create } from "zustand";
import { onLeave } from "../session/leaving.ts";

export type Mode = "reply" | "note";

interface Drafts {
  texts: Readonly<Record<string, string>>;
}

const useDrafts = create<Drafts>(() => ({ texts: {} }));
onLeave(() => useDrafts.setState({ texts: {} }));

export function useDraft(chat: string, mode: Mode): [string, (text: string) => void] {
  const key = `${mode} ${chat}`;
  const text = useDrafts((it) => it.texts[key] ?? "");
  return [text, (next) => useDrafts.setState(({ texts }) => ({ texts: { ...texts, [key]: next } }))];
}

/** Puts words back that were taken back, before what was typed since. */
export function putBack(chat: string, mode: Mode, text: string): void {
  const key = `${mode} ${chat}`;
  useDrafts.setState(({ texts }) => ({ texts: { ...texts, [key]: [text, texts[key]].filter(Boolean).join("\n") } }));
}
