/** The lines and the control below them, in one place that scrolls. */
import type { Said } from "@smartbot/sdk";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Conversation as Chat } from "../chat/conversation.ts";
import { Ask, Waiting } from "./Ask.tsx";
import { Line, PendingLine, TypingDots } from "./Bubble.tsx";
import { usePanel } from "./context.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  chat: Chat;
  shown: number;
  isTyping: boolean;
  isAsking: boolean;
  isOneLine: boolean;
  greeting: string | null;
  scroller: preact.RefObject<HTMLElement | null>;
  onOneLine(): void;
  onSay(said: Said, text: string): void;
}

/** Nearer to the end than this, one reads the newest and stays with it. */
const AT_END = 90;

export function Conversation({ chat, shown, isTyping, isAsking, isOneLine, greeting, scroller, onOneLine, onSay }: Props) {
  const { words, language } = usePanel();
  const [isAway, setAway] = useState(false);
  const wasAtEnd = useRef(true);
  const lastTop = useRef(0);
  const lines = chat.lines.filter((it) => it.seq <= shown);
  const chatLanguage = chat.language && chat.language.split("-")[0] !== language ? chat.language : null;
  const dots = isTyping || (chat.typing !== null && !isAsking);
  const question = lines.findLast((it) => it.from === "bot");
  const toEnd = () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  const count = lines.length;
  const mine = chat.pending.length;

  useLayoutEffect(() => {
    if (wasAtEnd.current || mine > 0) toEnd();
    else setAway(true);
  }, [count, mine, dots, isAsking]);

  useEffect(() => {
    const place = scroller.current;
    if (!place) return;
    // When the keyboard of a phone comes, the newest line stays in sight; so it does when a picture has loaded.
    const watch = new ResizeObserver(() => wasAtEnd.current && toEnd());
    watch.observe(place);
    for (const child of place.children) watch.observe(child);
    return () => watch.disconnect();
  }, []);

  const onScroll = () => {
    const place = scroller.current;
    if (!place) return;
    const isAtEnd = place.scrollHeight - place.scrollTop - place.clientHeight < AT_END;
    // Lines that come move the end away; only who scrolls back leaves it.
    if (isAtEnd || place.scrollTop < lastTop.current) wasAtEnd.current = isAtEnd;
    lastTop.current = place.scrollTop;
    if (isAtEnd) setAway(false);
  };

  return (
    <div class="middle">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
      <section ref={scroller} class="scroller" tabIndex={0} aria-label={words.conversation} onScroll={onScroll}>
        <div class="stack">
          <p class="disclosure">{words.disclosure}</p>
          {greeting && lines.length === 0 && <p class="disclosure">{greeting}</p>}
          <div class="log" role="log" aria-live="off" aria-label={words.conversation}>
            {lines.map((it, at) => (
              <Line
                key={it.seq}
                id={`line-${it.seq}`}
                message={it}
                isFirst={lines[at - 1]?.from !== it.from}
                isLast={lines[at + 1]?.from !== it.from}
                language={chatLanguage}
                agent={chat.agent}
                saidAs={chat.saidAs[it.client_message_id ?? ""]}
              />
            ))}
            {chat.pending.map((it) => (
              <PendingLine key={it.id} pending={it} />
            ))}
          </div>
          {dots && <TypingDots />}
          {isAsking && chat.awaiting && question && (
            <div class="ask" key={`${question.seq}`}>
              <Ask
                awaiting={chat.awaiting}
                labelledBy={`line-${question.seq}`}
                answer={onSay}
                isOneLine={isOneLine}
                onOneLine={onOneLine}
              />
            </div>
          )}
          {chat.awaiting && chat.phase === "open" && !isTyping && (
            <Waiting kind={chat.awaiting.kind} isWithAgent={chat.status === "with_agent"} />
          )}
        </div>
      </section>
      {isAway && (
        <button
          type="button"
          class="to-end"
          onClick={() => {
            toEnd();
            setAway(false);
          }}
        >
          {words.newMessages} <Icon name="arrow" />
        </button>
      )}
    </div>
  );
}
