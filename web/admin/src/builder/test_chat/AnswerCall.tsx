/** The bot wants to call an External API: answer it with a sample, let it fail, or make the call for real. */
import { Button, Group, NumberInput, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PreviewCall } from "../api.ts";
import { CodeBlock } from "../CodeBlock.tsx";
import type { TestSession } from "./session.ts";
import classes from "./TestChat.module.css";

/** What was answered last, by box: a test that is played again needs no typing. */
const remembered = new Map<string, { status: number; body: string }>();

export function AnswerCall({ call, box, session }: { call: PreviewCall; box: string; session: TestSession }) {
  const { t } = useTranslation("builder");
  const [status, setStatus] = useState(remembered.get(box)?.status ?? 200);
  const [body, setBody] = useState(remembered.get(box)?.body ?? "{\n  \n}");
  const parsed = read(body);
  const answer = (): void => {
    remembered.set(box, { status, body });
    void session.send({ api_reply: { status, ...(body.trim() === "" ? {} : { body: parsed }) } }, null);
  };
  return (
    <section className={classes.call} aria-label={t("test.call")}>
      <p>
        <strong>{t("test.call")}</strong> <code>{call.method}</code> <code className={classes.url}>{call.url}</code>
      </p>
      <details>
        <summary>{t("test.call_body")}</summary>
        <CodeBlock label={t("test.call_body")} text={JSON.stringify(call.body, null, 2)} />
      </details>
      <Group align="flex-start" gap="xs" wrap="nowrap">
        <NumberInput
          w={84}
          label={t("test.status")}
          hideControls
          min={100}
          max={599}
          allowDecimal={false}
          value={status}
          onChange={(next) => setStatus(Number(next) || 200)}
        />
        <Textarea
          flex={1}
          data-own-undo
          label={t("test.answer_body")}
          error={typeof parsed === "string" && /^\s*[[{]/.test(body) ? t("test.not_json") : undefined}
          autosize
          minRows={3}
          maxRows={10}
          styles={{ input: { fontFamily: "var(--font-code)", fontSize: "0.8125rem" } }}
          value={body}
          onChange={(event) => setBody(event.target.value)}
        />
      </Group>
      <Group gap="xs">
        <Button size="compact-sm" disabled={session.busy} onClick={answer}>
          {t("test.answer")}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={session.busy}
          onClick={() => void session.send({ api_reply: { error: "timeout" } }, null)}
        >
          {t("test.answer_timeout")}
        </Button>
        <Button size="compact-sm" variant="default" disabled={session.busy} onClick={() => void session.callForReal()}>
          {t("test.call_for_real")}
        </Button>
      </Group>
    </section>
  );
}

/** JSON where it is JSON, else the text. */
function read(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
