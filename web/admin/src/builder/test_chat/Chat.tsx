/** What was said, and the line to reply in. */
import { ActionIcon, Alert, Button, Checkbox, Group, TextInput } from "@mantine/core";
import { IconHistory, IconSend } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Awaiting, PreviewMessage } from "../api.ts";
import { useEditor } from "../context.ts";
import { FindingRow } from "../problems/FindingRow.tsx";
import { AnswerCall } from "./AnswerCall.tsx";
import { Markdown } from "./Markdown.tsx";
import { type TestSession, textOf } from "./session.ts";
import classes from "./TestChat.module.css";

/** How many replies the arrow keys bring back. */
const REMEMBERED = 20;

export function Chat({ session }: { session: TestSession }) {
  const { t } = useTranslation("builder");
  const { turns, busy, failed } = session;
  const last = turns.at(-1)?.step;
  const awaiting = last?.awaiting ?? null;
  const findings = useEditor((it) => it.findings);
  // A box that cannot work is where the session came to its end.
  const at = last && !last.awaiting && last.status !== "completed" ? last.trace.at(-1) : undefined;
  const broken = at && !at.function_id ? findings.filter((it) => it.severity === "error" && it.box_id === at.box_id) : [];
  const end = useRef<HTMLDivElement>(null);
  const count = turns.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new turn is brought into sight
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [count]);
  return (
    <div className={classes.talk}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard as well */}
      <div className={classes.lines} role="log" aria-live="off" aria-label={t("test.transcript")} tabIndex={0}>
        {turns.map((turn, place) => (
          // Turns are told apart by their place: going back takes the later ones away.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div key={place} className={classes.turn}>
            {turn.said === null ? null : (
              <div className={classes.mine}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={t("test.rewind", { said: turn.said })}
                  title={t("test.rewind_hint")}
                  onClick={() => session.rewind(place)}
                >
                  <IconHistory size={14} aria-hidden />
                </ActionIcon>
                <p className={classes.bubble} data-from="user" dir="auto">
                  <span className="visually-hidden">{t("test.you")}: </span>
                  {turn.said}
                </p>
              </div>
            )}
            {turn.step.messages.map((it, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <Said key={at} message={it} />
            ))}
          </div>
        ))}
        {last && !last.awaiting ? <p className={classes.note}>{t("test.over", { status: t(`test.status_${last.status}`) })}</p> : null}
        {broken.length ? (
          <Alert color="red" title={t("test.broken")}>
            {broken.map((it) => (
              <FindingRow key={`${it.code} ${it.pointer} ${it.message}`} finding={it} />
            ))}
          </Alert>
        ) : null}
        {busy ? <p className={classes.note}>{t("test.thinking")}</p> : null}
        {failed ? (
          <Alert color="red" role="alert">
            {failed}
          </Alert>
        ) : null}
        {last?.call ? <AnswerCall call={last.call} box={last.trace.at(-1)?.box_id ?? ""} session={session} /> : null}
        <div ref={end} />
      </div>
      <p className="visually-hidden" role="status">
        {busy ? "" : last?.messages.map(textOf).join(" ")}
      </p>
      {last?.call ? null : <Reply awaiting={awaiting} session={session} />}
    </div>
  );
}

function Said({ message }: { message: PreviewMessage }) {
  const { t } = useTranslation("builder");
  const { media } = message;
  return (
    <div className={classes.bubble} data-from="bot" dir="auto">
      <span className="visually-hidden">{t("test.bot")}: </span>
      {media ? (
        <p className={classes.media}>
          {t(`value.${media.type}`)}: <code>{media.url}</code>
          {media.alt ? ` (${media.alt})` : null}
        </p>
      ) : null}
      <Markdown text={textOf(message)} />
    </div>
  );
}

function Reply({ awaiting, session }: { awaiting: Awaiting | null; session: TestSession }) {
  const { t } = useTranslation("builder");
  const [text, setText] = useState("");
  const [picked, setPicked] = useState<string[]>([]);
  const [sent, setSent] = useState<string[]>([]);
  const at = useRef<number | null>(null);
  const kind = awaiting?.kind;
  const choices = awaiting?.choices ?? [];
  const labelOf = (value: string): string => choices.find((it) => it.value === value)?.label ?? value;
  const send = (): void => {
    const said = text.trim();
    if (!said || session.busy) return;
    setSent([...sent.filter((it) => it !== said), said].slice(-REMEMBERED));
    at.current = null;
    setText("");
    void session.send({ text: said }, said);
  };
  const recall = (by: number): void => {
    const next = (at.current ?? sent.length) + by;
    if (next < 0 || next > sent.length) return;
    at.current = next;
    setText(sent[next] ?? "");
  };
  if (!awaiting) return null;
  if (kind === "timer" || kind === "agent") {
    return (
      <div className={classes.reply}>
        <p className={classes.note}>{t(kind === "timer" ? "test.waits_time" : "test.waits_agent")}</p>
        <Button onClick={() => void session.send(kind === "timer" ? { timer: true } : { agent_returned: true }, null)}>
          {t(kind === "timer" ? "test.let_time_pass" : "test.agent_returns")}
        </Button>
      </div>
    );
  }
  return (
    <div className={classes.reply}>
      {choices.length && awaiting.many ? (
        <>
          <Checkbox.Group aria-label={t("test.choices")} value={picked} onChange={setPicked}>
            <Group gap="xs">
              {choices.map((it) => (
                <Checkbox key={it.value} value={it.value} label={it.label} />
              ))}
            </Group>
          </Checkbox.Group>
          <Button
            size="compact-sm"
            disabled={!picked.length || session.busy}
            onClick={() => {
              void session.send({ choices: picked }, picked.map(labelOf).join(", "));
              setPicked([]);
            }}
          >
            {t("test.send_choices")}
          </Button>
        </>
      ) : choices.length ? (
        <div className={classes.choices}>
          {choices.map((it) => (
            <Button
              key={it.value}
              size="compact-sm"
              variant="light"
              disabled={session.busy}
              onClick={() => void session.send({ choice: it.value }, it.label)}
            >
              {it.label}
            </Button>
          ))}
        </div>
      ) : null}
      <form
        className={classes.line}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <TextInput
          data-own-undo
          aria-label={t("test.reply")}
          placeholder={t("test.reply_hint")}
          dir="auto"
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
            event.preventDefault();
            recall(event.key === "ArrowUp" ? -1 : 1);
          }}
        />
        <ActionIcon type="submit" size={36} aria-label={t("test.send")} disabled={!text.trim() || session.busy}>
          <IconSend size={18} aria-hidden />
        </ActionIcon>
      </form>
      <button type="button" className={classes.silent} disabled={session.busy} onClick={() => void session.send({ timer: true }, null)}>
        {t("test.no_reply")}
      </button>
    </div>
  );
}
