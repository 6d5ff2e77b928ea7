/** Where an agent answers, or notes something for colleagues. Each has a draft of its own and a button that says what it does. */
import { Button } from "@mantine/core";
import { IconLock, IconSend } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, type RefObject, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { cannedQuery } from "../../api/canned.ts";
import { addNote, type DeskChat, tellTyping } from "../../api/desk.ts";
import { rereadChat } from "../../desk/cache.ts";
import { fitting } from "../../desk/canned.ts";
import { type Mode, useDraft } from "../../desk/drafts.ts";
import { fill, open } from "../../desk/fill.ts";
import { say } from "../../desk/outbox.ts";
import { insertAt, type Slash, slashAt } from "../../desk/slash.ts";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { AttachButton } from "./AttachButton.tsx";
import { CannedList } from "./CannedList.tsx";
import classes from "./Composer.module.css";

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
  const queries = useQueryClient();
  const id = chat.session.id;
  const [text, setText] = useDraft(id, mode);
  const listId = useId();
  const canned = useQuery(cannedQuery);
  const [slash, setSlash] = useState<Slash | null>(null);
  const [chosen, setChosen] = useState(0);
  const typedAt = useRef(0);
  const found = slash ? fitting(canned.data ?? [], slash.words, chat.session.language) : [];
  const isListed = slash !== null && found.length > 0;
  const note = useMutation({
    mutationFn: (words: string) => addNote(id, words),
    onSuccess: () => {
      setText("");
      void rereadChat(queries, id);
    },
  });

  const change = (next: string, caret: number) => {
    setText(next);
    setSlash(slashAt(next, caret));
    setChosen(0);
    if (mode === "reply" && next && Date.now() - typedAt.current > TYPING_EVERY_MS) {
      typedAt.current = Date.now();
      void tellTyping(id);
    }
  };
  const put = (reply: string) => {
    if (!slash) return;
    const next = insertAt(text, slash, fill(reply, chat.user.fields));
    setText(next.text);
    setSlash(null);
    area.current?.focus();
    requestAnimationFrame(() => area.current?.setSelectionRange(next.caret, next.caret));
  };
  const send = () => {
    const words = text.trim();
    if (!words || words.length > LONGEST || note.isPending) return;
    if (mode === "note") return note.mutate(words);
    say(id, { text: words }, { text: words });
    setText("");
    typedAt.current = 0;
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter ends a word of an input method, and sends nothing then.
    if (event.nativeEvent.isComposing) return;
    if (isListed) {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by !== undefined) {
        event.preventDefault();
        return setChosen((chosen + by + found.length) % found.length);
      }
      if (event.key === "Enter" || event.key === "Tab") {
        event.preventDefault();
        return put(found[chosen]?.text ?? "");
      }
    }
    if (event.key === "Escape" && slash) {
      event.preventDefault();
      event.stopPropagation();
      return setSlash(null);
    }
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      send();
    }
  };
  const choose = (next: Mode) => {
    onMode(next);
    setSlash(null);
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
        {isListed ? <CannedList id={listId} found={found} chosen={chosen} onChoose={put} /> : null}
        <textarea
          ref={area}
          className={classes.text}
          aria-label={t(mode === "reply" ? "replyTo" : "privateNote")}
          aria-autocomplete="list"
          aria-controls={isListed ? listId : undefined}
          aria-activedescendant={isListed ? `${listId}-${chosen}` : undefined}
          aria-describedby={`${listId}-hint`}
          placeholder={t(mode === "reply" ? "replyHint" : "noteHint")}
          rows={3}
          dir="auto"
          maxLength={LONGEST}
          value={text}
          onChange={(event) => change(event.currentTarget.value, event.currentTarget.selectionStart)}
          onSelect={(event) => slash && setSlash(slashAt(text, event.currentTarget.selectionStart))}
          onKeyDown={press}
          onBlur={() => setSlash(null)}
        />
        <p className="visually-hidden" role="status">
          {isListed ? t("canned.count", { count: found.length }) : ""}
        </p>
      </div>
      <ProblemNote error={note.error} />
      <div className={classes.foot}>
        {mode === "reply" ? <AttachButton id={id} /> : null}
        <p id={`${listId}-hint`} className={classes.hint}>
          {blanks.length > 0 ? t("blanks", { names: blanks.join(", ") }) : t("keysHint")}
        </p>
        <Button
          type="submit"
          size="xs"
          loading={note.isPending}
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
