/** The chat that is open: who has it, what was said, and the place to answer. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeskChat } from "../../api/desk.ts";
import { useMay, useMe } from "../../api/me.ts";
import { deskChatQuery } from "../../desk/cache.ts";
import type { Mode } from "../../desk/drafts.ts";
import { arrived } from "../../desk/outbox.ts";
import { speakLine } from "../../desk/speech.ts";
import { QueryStates } from "../../ui/QueryStates.tsx";
import classes from "./ChatColumn.module.css";
import { ChatHead } from "./ChatHead.tsx";
import { Composer } from "./Composer.tsx";
import { Lines } from "./Lines.tsx";
import { OwnerBanner } from "./OwnerBanner.tsx";
import { useTakeOver } from "./useTakeOver.ts";

export function ChatColumn({ id, onPerson }: { id: string; onPerson: () => void }) {
  const { t } = useTranslation("chats");
  const chat = useQuery(deskChatQuery(id));
  return (
    <section className={classes.column} aria-label={t("conversation")} data-column="chat" tabIndex={-1}>
      <QueryStates query={chat} what={t("conversation")}>
        {(it) => <OpenChat chat={it} onPerson={onPerson} />}
      </QueryStates>
    </section>
  );
}

function OpenChat({ chat, onPerson }: { chat: DeskChat; onPerson: () => void }) {
  const me = useMe().agent.id;
  const answers = useMay()("answer_chats");
  const isMine = chat.status === "with_agent" && chat.agent?.id === me;
  const [mode, setMode] = useState<Mode>("reply");
  const text = useRef<HTMLTextAreaElement>(null);
  const [isFocusWanted, setFocusWanted] = useState(false);
  const taking = useTakeOver(chat.session.id, setFocusWanted);
  useSpokenLines(chat);
  useEffect(() => {
    // The act was the agent's own, and its button is gone now. The stream may tell of it before the answer does: the later one takes no focus away.
    if (!isFocusWanted || !isMine) return;
    setFocusWanted(false);
    setMode("reply");
    text.current?.focus();
  }, [isFocusWanted, isMine]);
  useEffect(() => {
    const told = chat.messages.flatMap((it) => it.client_message_id ?? []);
    arrived(new Set(told));
  }, [chat.messages]);
  return (
    <>
      <ChatHead chat={chat} isMine={isMine} onPerson={onPerson} />
      <Lines chat={chat} />
      <OwnerBanner chat={chat} isMine={isMine} taking={taking} />
      {answers && chat.status !== "ended" ? (
        <Composer chat={chat} mode={isMine ? mode : "note"} isMine={isMine} onMode={setMode} text={text} />
      ) : null}
    </>
  );
}

/** Reads out what others say from now on. */
function useSpokenLines({ messages }: DeskChat): void {
  const { t } = useTranslation("chats");
  const spoken = useRef(messages.at(-1)?.seq ?? 0);
  useEffect(() => {
    for (const it of messages) {
      if (it.seq <= spoken.current) continue;
      spoken.current = it.seq;
      if (it.from !== "agent") speakLine(`${t(`from.${it.from}`)}: ${it.text}`);
    }
  }, [messages, t]);
}
