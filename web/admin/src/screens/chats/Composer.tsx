/** Where an agent answers, or notes something for colleagues. Each has a draft of its own and a button that says what it does. */
import { Button } from "@mantine/core";
import { IconLock, IconSend } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { addNote, type DeskChat, deskAgentsQuery, sees, tellTyping } from "../../api/desk.ts";
import { rereadChat } from "../../desk/cache.ts";
import { type Mode, takeOut, useDraft } from "../../desk/drafts.ts";
import { open } from "../../desk/fill.ts";
import { mentioned } from "../../desk/mentions.ts";
import { say } from "../../desk/outbox.ts";
import { usePreferences } from "../../shell/preferences.ts";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { AttachButton } from "./AttachButton.tsx";
import { CallList } from "./CallList.tsx";
import classes from "./Composer.module.css";
import { useCalls } from "./useCalls.ts";

/** How often the visitor is told that somebody types. */
const TYPING_EVERY_MS = 3_000;
const LONGEST = 4_000;

interface Props {
  chat: DeskChat;
  mode: Mode;
  /** Only who has the chat answers; everybody notes. */
  isMine: boolean;
  onMode: (mode: Mode) => void;
  text: RefObject<HTMLTextAreaElement | null>;
}

export function Composer({ chat, mode, isMine, onMode, text: area }: Props) {
  const { t } = useTranslation("chats");
  const id = chat.session.id;
  const [text, setText] = useDraft(id, mode);
  const listId = useId();
  const { enterSends, undoSend } = usePreferences();
  const typedAt = useRef(0);
  const note = useNote(chat);
  const isNoting = mode === "note" && note.isPending;
  /** Where the caret goes once something was put in. */
  const caret = useRef<number | null>(null);
  const calls = useCalls(chat, mode, text, (next, at) => {
    caret.current = at;
    setText(next);
    area.current?.focus();
  });
  // At once, before the next key: a text that is not typed puts the caret at its end.
  useLayoutEffect(() => {
    if (caret.current === null) return;
    area.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const isListed = calls.sign !== null;

  const change = (next: string, at: number) => {
    setText(next);
    calls.look(next, at);
    if (mode === "reply" && next && Date.now() - typedAt.current > TYPING_EVERY_MS) {
      typedAt.current = Date.now();
      void tellTyping(id);
    }
  };
  const send = () => {
    const words = text.trim();
    if (!words || words.length > LONGEST || isNoting) return;
    if (mode === "note") return note.mutate(words);
    say(id, { text: words }, { text: words }, undoSend);
    setText("");
    typedAt.current = 0;
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter ends a word of an input method, and sends nothing then.
    if (event.nativeEvent.isComposing) return;
    const isSending = event.key === "Enter" && !event.altKey && (event.ctrlKey || event.metaKey || event.shiftKey !== enterSends);
    if (calls.press(event)) event.preventDefault();
    else if (isSending) {
      event.preventDefault();
      send();
    }
  };
  const choose = (next: Mode) => {
    onMode(next);
    calls.close();
    area.current?.focus();
  };
  const blanks = mode === "reply" ? open(text) : [];
  return (
    <form
      className={classes.composer}
      data-mode-now={mode}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <fieldset className={classes.modes} aria-label={t("mode.label")}>
        <button type="button" data-mode="reply" aria-pressed={mode === "reply"} disabled={!isMine} onClick={() => choose("reply")}>
          {t("mode.reply")}
        </button>
        <button type="button" data-mode="note" aria-pressed={mode === "note"} onClick={() => choose("note")}>
          <IconLock size={14} aria-hidden /> {t("mode.note")}
        </button>
      </fieldset>
      <div className={classes.field}>
        {calls.sign ? (
          <CallList id={listId} label={t(LISTS[calls.sign].title)} found={calls.found} chosen={calls.chosen} onChoose={calls.put} />
        ) : null}
        <textarea
          ref={area}
          className={classes.text}
          aria-label={t(mode === "reply" ? "replyTo" : "privateNote")}
          aria-autocomplete="list"
          aria-controls={isListed ? listId : undefined}
          aria-activedescendant={isListed ? `${listId}-${calls.chosen}` : undefined}
          aria-describedby={`${listId}-hint`}
          placeholder={t(mode === "reply" ? "replyHint" : "noteHint")}
          rows={3}
          dir="auto"
          maxLength={LONGEST}
          value={text}
          onChange={(event) => change(event.currentTarget.value, event.currentTarget.selectionStart)}
          onSelect={(event) => isListed && calls.look(text, event.currentTarget.selectionStart)}
          onKeyDown={press}
          onBlur={calls.close}
        />
        <p className="visually-hidden" role="status">
          {calls.sign ? t(LISTS[calls.sign].count, { count: calls.found.length }) : ""}
        </p>
      </div>
      <ProblemNote error={note.error} />
      <div className={classes.foot}>
        {mode === "reply" ? <AttachButton id={id} /> : null}
        <p id={`${listId}-hint`} className={classes.hint}>
          {blanks.length > 0 ? t("blanks", { names: blanks.join(", ") }) : t(enterSends ? "keysHint" : "keysHintOther")}
        </p>
        <Button
          type="submit"
          size="xs"
          loading={isNoting}
          color={mode === "note" ? "gray" : undefined}
          variant={mode === "note" ? "default" : "filled"}
          leftSection={mode === "note" ? <IconLock size={16} aria-hidden /> : <IconSend size={16} aria-hidden />}
          disabled={!text.trim()}
        >
          {t(mode === "reply" ? "send" : "addNote")}
        </Button>
      </div>
    </form>
  );
}

const LISTS = {
  "/": { title: "canned.title", count: "canned.count" },
  "@": { title: "colleagues.title", count: "colleagues.count" },
} as const;

/** Adds a note, and tells those of it who are named in it. */
function useNote(chat: DeskChat) {
  const queries = useQueryClient();
  const agents = useQuery({ ...deskAgentsQuery, enabled: false });
  const { id } = chat.session;
  return useMutation({
    mutationFn: (words: string) =>
      addNote(
        id,
        words,
        mentioned(
          words,
          (agents.data ?? []).filter((it) => sees(it, chat)),
        ),
      ),
    onSuccess: (_, words) => {
      // By now somebody may be at a reply already, or at the next note.
      takeOut(id, "note", words);
      void rereadChat(queries, id);
    },
  });
}
