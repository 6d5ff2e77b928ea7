/** What was said, with agents' notes where they were written, and what is on its way. Stays at its end unless somebody scrolled up. */
import { Button } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeskChat } from "../../api/desk.ts";
import { useLive } from "../../desk/live.ts";
import { useOutbox } from "../../desk/outbox.ts";
import { Conversation } from "../../ui/Bubble.tsx";
import { Line } from "./Line.tsx";
import classes from "./Lines.module.css";
import { NoteLine } from "./NoteLine.tsx";
import { PendingLine } from "./PendingLine.tsx";
import { useSecond } from "./Waited.tsx";

/** So near to the end counts as being there. */
const NEAR = 48;
/** Who was heard typing types for so long. */
const TYPES_FOR_MS = 6_000;

export function Lines({ chat }: { chat: DeskChat }) {
  const { t } = useTranslation("chats");
  const all = useOutbox((it) => it.pending);
  const pending = useMemo(() => {
    const told = new Set(chat.messages.map((it) => it.client_message_id));
    return all.filter((it) => it.chat === chat.session.id && !told.has(it.id));
  }, [all, chat.messages, chat.session.id]);
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [isBelow, setBelow] = useState(false);
  const toEnd = () => {
    const it = box.current;
    if (it) it.scrollTop = it.scrollHeight;
  };
  const newest = `${chat.messages.at(-1)?.seq} ${chat.notes.length} ${pending.length}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line is brought into sight
  useEffect(() => {
    if (isAtEnd.current) toEnd();
    else setBelow(true);
  }, [newest]);
  const scrolled = () => {
    const it = box.current;
    if (!it) return;
    isAtEnd.current = it.scrollHeight - it.scrollTop - it.clientHeight < NEAR;
    if (isAtEnd.current) setBelow(false);
  };
  // Null and not an empty list where there are none: a line that did not change is not drawn again.
  const notes = (seq: number) => {
    const here = chat.notes.filter((it) => it.after_seq === seq);
    return here.length === 0 ? null : here.map((it) => <NoteLine key={`${it.at}${it.agent_id}`} note={it} agents={chat.agents} />);
  };
  return (
    <div className={classes.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard as well */}
      <div ref={box} className={classes.lines} role="log" aria-live="off" aria-label={t("transcript")} tabIndex={0} onScroll={scrolled}>
        <Conversation>
          {notes(0)}
          {chat.messages.map((it) => (
            <Line key={it.seq} message={it} session={chat.session.id}>
              {notes(it.seq)}
            </Line>
          ))}
          {pending.map((it) => (
            <PendingLine key={it.id} pending={it} />
          ))}
        </Conversation>
        <TypingLine id={chat.session.id} />
      </div>
      {isBelow ? (
        <Button
          className={classes.below}
          size="compact-sm"
          leftSection={<IconArrowDown size={14} aria-hidden />}
          onClick={() => {
            toEnd();
            setBelow(false);
          }}
        >
          {t("newBelow")}
        </Button>
      ) : null}
    </div>
  );
}

function TypingLine({ id }: { id: string }) {
  const { t } = useTranslation("chats");
  const typing = useLive((it) => it.typing[id]);
  const now = useSecond();
  const isFresh = typing?.from === "user" && now - typing.at < TYPES_FOR_MS;
  return <p className={classes.typing}>{isFresh ? t("types") : null}</p>;
}
