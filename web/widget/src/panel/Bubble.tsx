/** Lines of the conversation, grouped by who speaks. */
import type { Message } from "@smartbot/sdk";
import type { Pending } from "../chat/conversation.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { Markdown } from "./Markdown.tsx";
import { type FileShape, Media, type MediaShape, SentFile } from "./Media.tsx";
import { prettyMoment } from "./moments.ts";

interface LineProps {
  message: Message;
  id: string;
  /** The first and the last of several lines of one speaker. */
  isFirst: boolean;
  isLast: boolean;
  /** The language of the chat, where the panel speaks another. */
  language: string | null;
  agent: string | null;
  /** How it was said here, if it was. */
  saidAs: string | undefined;
}

export function Line({ message, id, isFirst, isLast, language, agent, saidAs }: LineProps) {
  const { words, locale } = usePanel();
  const { from, kind, text } = message;
  if (from === "system" || kind === "event") {
    return (
      <p class="system" id={id}>
        {text}
      </p>
    );
  }
  const name = from === "user" ? words.you : from === "agent" ? (agent ?? words.aPerson) : words.assistant;
  const media = message.media as MediaShape | null | undefined;
  const { file } = message as Message & { file?: FileShape };
  // After a reload the labels of choices are gone; of these two it is known what they mean.
  const known = kind === "choice" ? { yes: words.yes, no: words.no }[text] : undefined;
  const mine = saidAs ?? known ?? prettyMoment(text, locale);
  const time = new Date(message.at);
  return (
    <div class={`line from-${from} ${isFirst ? "is-first" : ""} ${isLast ? "is-last" : ""}`}>
      {from !== "user" && (
        <span class="face" aria-hidden="true">
          {isLast && <Icon name={from === "agent" ? "person" : "bot"} />}
        </span>
      )}
      <div class="line-body">
        {from === "agent" && isFirst && agent && <span class="speaker">{agent}</span>}
        <div class="bubble">
          <span class="hidden">{name}: </span>
          <div id={id} dir="auto" lang={language ?? undefined}>
            {media && <Media media={media} />}
            {file ? <SentFile file={file} /> : from === "user" ? <p>{mine}</p> : <Markdown text={text} />}
          </div>
        </div>
        {isLast && (
          <time class="when" dateTime={message.at}>
            {new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(time)}
          </time>
        )}
      </div>
    </div>
  );
}

/** What has been said but not told by the server yet. */
export function PendingLine({ pending }: { pending: Pending }) {
  const { room, words, locale } = usePanel();
  const { id, text, state, code } = pending;
  const why = code === "session_ended" ? words.ended : code === "text_too_long" ? words.textTooLong : words.refused;
  return (
    <div class={`line from-user is-first is-last is-${state}`}>
      <div class="line-body">
        <div class="bubble">
          <span class="hidden">{words.you}: </span>
          <p dir="auto">{prettyMoment(text, locale)}</p>
        </div>
        {state === "refused" ? (
          <div class="refused" role="alert">
            <span>
              <Icon name="warning" /> {words.notSent}. {why}
            </span>
            {code !== "session_ended" && (
              <button type="button" class="quiet" onClick={() => room.retry(id)}>
                {words.retry}
              </button>
            )}
            <button type="button" class="quiet" onClick={() => room.drop(id)}>
              {words.discard}
            </button>
          </div>
        ) : (
          <span class="when">{state === "waiting" ? words.waiting : words.sending}</span>
        )}
      </div>
    </div>
  );
}

export function TypingDots() {
  return (
    <div class="line from-bot is-first is-last" aria-hidden="true">
      <span class="face">
        <Icon name="bot" />
      </span>
      <div class="line-body">
        <div class="bubble dots">
          <i />
          <i />
          <i />
        </div>
      </div>
    </div>
  );
}
