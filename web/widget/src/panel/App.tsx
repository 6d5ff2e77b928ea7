/** The panel: head, conversation, box to type in. */
import type { Appearance, Said } from "@smartbot/sdk";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { hasGap, refusedAnswer } from "../chat/conversation.ts";
import type { Room } from "../chat/room.ts";
import type { ToLoader } from "../shared/protocol.ts";
import { useAnnouncer } from "./Announcer.tsx";
import { isTyped, useSecondsUntil } from "./Ask.tsx";
import { Composer } from "./Composer.tsx";
import { Conversation } from "./Conversation.tsx";
import { PanelContext, useConversation, usePanel } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { saveAs } from "./Media.tsx";
import { Menu } from "./Menu.tsx";
import type { Shell } from "./shell.ts";
import { transcript } from "./transcript.ts";
import { useRevealed } from "./useRevealed.ts";
import { useTurns } from "./useTurns.ts";

export interface AppProps extends Shell {
  room: Room;
  tell(message: ToLoader): void;
  onLanguage(language: string): void;
}

export function App(props: AppProps) {
  const { region, announce } = useAnnouncer();
  const { room, words, language, locale } = props;
  return (
    <PanelContext.Provider value={{ room, words, language, locale, announce }}>
      <Panel {...props} />
      {region}
    </PanelContext.Provider>
  );
}

function Panel({ room, tell, appearance, title, isOpen, isFramed, openedBy, locale, onLanguage }: AppProps) {
  const { words, announce } = usePanel();
  const chat = useConversation(room);
  const { shown, isTyping } = useRevealed(chat, isOpen);
  const [isOneLine, setOneLine] = useState(false);
  const [isLarge, setLarge] = useState(false);
  const scroller = useRef<HTMLElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const onUnread = useCallback((count: number) => tell({ type: "unread", count }), [tell]);
  useTurns(chat, shown, isOpen, onUnread);
  useHostEvents(chat, tell);
  const seconds = useSecondsUntil(chat.pausedUntil);

  const isRunning = chat.phase === "open" || (chat.phase === "starting" && chat.lines.length > 0);
  const isSettled = shown === (chat.lines.at(-1)?.seq ?? 0) && !hasGap(chat);
  // Between one's own words and their answer the old question is over, though no new one is known yet.
  const last = chat.lines.at(-1);
  const isAnswered = last?.from === "user" && chat.awaitingSeq < last.seq;
  const isAsking = chat.phase === "open" && isSettled && !isAnswered && !chat.pending.some((it) => it.state !== "refused");
  const kind = chat.awaiting?.kind ?? "text";
  const hasBox = isRunning && (isTyped(chat.awaiting) || (kind === "address" && isOneLine) || !isAsking);

  useEffect(() => setOneLine(false), [chat.awaiting]);
  useEffect(() => {
    document.documentElement.classList.toggle("is-large", isLarge);
  }, [isLarge]);

  // Who opened it by hand goes on in it; who did not keeps the focus, and so does who went elsewhere in it before anything was asked.
  const wanted = useRef(0);
  const from = useRef<{ openedBy: number; element: Element | null }>({ openedBy: 0, element: null });
  useEffect(() => {
    if (!isOpen || openedBy === 0 || wanted.current === openedBy) return;
    const { activeElement: at } = document;
    if (from.current.openedBy !== openedBy) from.current = { openedBy, element: at };
    const first = focusable(root.current, ".ask button, .ask input", ".box-text");
    const isReady = isAsking || chat.phase === "ended" || chat.phase === "failed" || chat.phase === "gone";
    // Until it is known what is asked, the focus waits within the panel.
    if (!isReady) {
      if (!root.current?.contains(at)) scroller.current?.focus();
      return;
    }
    wanted.current = openedBy;
    if (root.current?.contains(at) && at !== scroller.current && at !== from.current.element) return;
    (first ?? root.current?.querySelector<HTMLElement>(".over button"))?.focus();
  }, [isOpen, openedBy, isAsking, chat.phase]);

  const typingFrom = chat.typing ?? (isTyping ? "bot" : null);
  useEffect(() => {
    if (typingFrom !== "agent") return;
    const timer = setTimeout(() => announce(words.typing(chat.agent ?? words.aPerson)), 3_000);
    return () => clearTimeout(timer);
  }, [typingFrom]);

  const say = (said: Said, text: string): boolean => {
    const isTaken = room.say(said, text);
    if (!isTaken) announce(words.tooMany);
    return isTaken;
  };
  const answer = (said: Said, text: string) => {
    // The control goes with the answer: the focus goes on to where the next thing happens.
    (focusable(root.current, ".box-text") ?? scroller.current)?.focus();
    say(said, text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && isFramed && !event.defaultPrevented) tell({ type: "close" });
    if (event.key === "F6") {
      event.preventDefault();
      scroller.current?.focus();
    }
  };
  const onBoxKey = (event: KeyboardEvent, isEmpty: boolean) => {
    if (!isEmpty) return;
    const page = (scroller.current?.clientHeight ?? 0) * 0.9;
    if (event.key === "PageUp" || event.key === "PageDown") {
      event.preventDefault();
      scroller.current?.scrollBy({ top: event.key === "PageUp" ? -page : page });
    }
    // One key from the box to the first choice, however many there are.
    if (event.key === "ArrowUp") {
      const first = scroller.current?.querySelector<HTMLElement>(".ask button, .ask input:not([tabindex='-1'])");
      if (first) event.preventDefault();
      first?.focus();
    }
  };
  const save = () => {
    const names = { assistant: title, you: words.you, agent: chat.agent ?? words.aPerson };
    saveAs(new Blob([transcript(chat.lines, names, locale)], { type: "text/plain;charset=utf-8" }), "chat.txt");
  };
  const note = !chat.isConnected ? words.offline : seconds > 0 && chat.phase === "open" ? words.pleaseWait(seconds) : null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys are heard wherever the focus is.
    <div ref={root} class="panel" onKeyDown={onKeyDown}>
      <header class="head">
        <Face appearance={appearance} />
        <div class="head-words">
          <h1 dir="auto">{title}</h1>
          <p class="head-state">{chat.status === "with_agent" ? words.withPerson(chat.agent ?? words.aPerson) : words.assistant}</p>
        </div>
        <Menu isRunning={isRunning} isLarge={isLarge} onLarge={setLarge} onLanguage={onLanguage} onSave={save} />
        {isFramed && (
          <button type="button" class="head-button" aria-label={words.close} onClick={() => tell({ type: "close" })}>
            <Icon name="close" />
          </button>
        )}
      </header>
      <main class="main">
        {appearance.notice && (
          <p class="notice" dir="auto">
            {appearance.notice}
          </p>
        )}
        <Conversation
          // A new chat begins at its own top.
          key={chat.sessionId ?? "none"}
          chat={chat}
          shown={shown}
          isTyping={isTyping || (chat.phase === "starting" && chat.lines.length === 0)}
          isAsking={isAsking}
          isOneLine={isOneLine}
          greeting={appearance.greeting ?? null}
          scroller={scroller}
          onOneLine={() => setOneLine(true)}
          onSay={answer}
        />
        {hasBox && (
          <Composer
            awaiting={isAsking ? chat.awaiting : null}
            refused={isAsking ? refusedAnswer(chat) : null}
            isBlocked={kind === "api"}
            takesFiles={chat.status === "with_agent" || chat.status === "waiting_for_agent"}
            note={note}
            onSay={say}
            onKey={onBoxKey}
            onTyping={() => room.types()}
          />
        )}
        {!hasBox && isRunning && note && <p class="composer-note alone">{note}</p>}
        <Over seconds={seconds} />
        {isRunning && (
          <footer class="foot">
            {chat.status === "active" && (
              <button type="button" class="quiet" onClick={() => void room.askForPerson().catch(() => announce(words.refused))}>
                <Icon name="person" /> {words.talkToPerson}
              </button>
            )}
          </footer>
        )}
      </main>
    </div>
  );
}

/** The first that is there. The box to type in is none on a phone: its keyboard would come, unasked, and cover what was said. */
function focusable(root: HTMLElement | null, ...selectors: string[]): HTMLElement | null {
  const isTouched = matchMedia("(pointer: coarse)").matches;
  for (const it of selectors) {
    const found = isTouched && it === ".box-text" ? null : root?.querySelector<HTMLElement>(it);
    if (found) return found;
  }
  return null;
}

function Face({ appearance }: { appearance: Appearance }) {
  return <span class="head-face">{appearance.avatar ? <img src={appearance.avatar} alt="" /> : <Icon name="bot" />}</span>;
}

/** What stands in the place of the box when nobody can say anything. */
function Over({ seconds }: { seconds: number }) {
  const { room, words } = usePanel();
  const chat = useConversation(room);
  const { phase, code } = chat;
  if (phase !== "ended" && phase !== "gone" && phase !== "failed") return null;
  const why = () => {
    if (phase === "ended") return words.ended;
    if (phase === "gone") return words.gone;
    if (seconds > 0) return words.pleaseWait(seconds);
    if (code === "unreachable") return words.unreachable;
    if (code === "identity_invalid") return words.identityRefused;
    return code === "origin_not_allowed" || code === "not_found" ? words.notAllowed : words.failed;
  };
  return (
    <div class="over" role={phase === "failed" ? "alert" : "status"}>
      <p>{why()}</p>
      <button
        type="button"
        class="primary"
        aria-disabled={seconds > 0}
        onClick={() => {
          if (seconds === 0) void room.restart();
        }}
      >
        {phase === "failed" ? words.retry : words.startNew}
      </button>
    </div>
  );
}

/** Tells the page what happened, without a word of what was said. */
function useHostEvents(chat: ReturnType<typeof useConversation>, tell: (message: ToLoader) => void): void {
  const last = useRef({ seq: 0, status: null as string | null, code: null as string | null });
  useEffect(() => {
    const before = last.current;
    const seq = chat.lines.at(-1)?.seq ?? 0;
    const fresh = chat.lines.filter((it) => it.seq > Math.max(before.seq, chat.oldSeq));
    if (chat.phase !== "starting") for (const it of fresh) tell({ type: "event", name: "message", detail: { from: it.from, seq: it.seq } });
    if (chat.status !== before.status && chat.status === "ended") tell({ type: "event", name: "complete" });
    if (chat.status !== before.status && chat.status === "waiting_for_agent") tell({ type: "event", name: "handoff" });
    if (chat.phase === "failed" && chat.code !== before.code) tell({ type: "event", name: "error", detail: { code: chat.code } });
    last.current = { seq, status: chat.status, code: chat.phase === "failed" ? chat.code : null };
  }, [chat]);
}
