/** What an agent can call for while writing: canned replies by `/`, and in notes colleagues by `@`. The keys are those of the text. */
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { cannedQuery } from "../../api/canned.ts";
import { type DeskChat, deskAgentsQuery, sees } from "../../api/desk.ts";
import { useMe } from "../../api/me.ts";
import { type Call, callAt, insertAt, type Sign } from "../../desk/call.ts";
import { fitting } from "../../desk/canned.ts";
import type { Mode } from "../../desk/drafts.ts";
import { fill } from "../../desk/fill.ts";
import { colleagues } from "../../desk/mentions.ts";

/** Something that can be put in. */
export interface Offer {
  id: string;
  name: string;
  /** What is said beside the name. */
  text: string;
  /** What comes into the text. */
  insert: string;
}

export interface Calls {
  found: readonly Offer[];
  chosen: number;
  /** What the list is of; null while there is none. */
  sign: Sign | null;
  /** Looks at a text with the caret in it. */
  look: (text: string, caret: number) => void;
  close: () => void;
  put: (offer: Offer) => void;
  /** Takes a key. False leaves it to the text. */
  press: (event: KeyboardEvent) => boolean;
}

export function useCalls(chat: DeskChat, mode: Mode, text: string, onPut: (text: string, caret: number) => void): Calls {
  const { t } = useTranslation("common");
  const me = useMe().agent.id;
  const canned = useQuery(cannedQuery);
  const agents = useQuery({ ...deskAgentsQuery, enabled: mode === "note" });
  const [call, setCall] = useState<(Call & { sign: Sign }) | null>(null);
  const [chosen, setChosen] = useState(0);

  const offers = (): Offer[] => {
    if (call?.sign === "/") {
      return fitting(canned.data ?? [], call.words, chat.session.language).map(({ id, name, text: reply }) => {
        return { id, name, text: reply, insert: fill(reply, chat.user.fields) };
      });
    }
    if (call?.sign !== "@") return [];
    const others = (agents.data ?? []).filter((it) => it.id !== me && sees(it, chat));
    return colleagues(others, call.words).map(({ id, name, status }) => {
      return { id, name, text: t(`presence.${status}`), insert: `@${name} ` };
    });
  };
  const found = offers();
  const close = () => setCall(null);
  const put = (offer: Offer) => {
    if (!call) return;
    const next = insertAt(text, call, offer.insert);
    close();
    onPut(next.text, next.caret);
  };
  const look = (next: string, caret: number) => {
    const signs: Sign[] = mode === "note" ? ["/", "@"] : ["/"];
    const called = signs.flatMap((sign) => {
      const at = callAt(next, caret, sign);
      return at ? [{ ...at, sign }] : [];
    });
    setCall(called[0] ?? null);
    setChosen(0);
  };
  const press = (event: KeyboardEvent): boolean => {
    if (event.key === "Escape" && call) {
      // It ends the call, and not what is around it.
      event.stopPropagation();
      close();
      return true;
    }
    if (found.length === 0) return false;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) {
      setChosen((chosen + by + found.length) % found.length);
      return true;
    }
    const offer = found[chosen];
    if (!offer || (event.key !== "Enter" && event.key !== "Tab")) return false;
    put(offer);
    return true;
  };
  return { found, chosen, sign: found.length > 0 ? (call?.sign ?? null) : null, look, close, put, press };
}
