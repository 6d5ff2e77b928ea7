/** The bot's tests: this conversation as a new one, and how all of them do on the draft. */
import { Alert, Button, Group, TextInput } from "@mantine/core";
import { IconCheck, IconPlayerPlay, IconTrash, IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type BotTest, getTests, putTests, runTests } from "../api.ts";
import { useBuilder } from "../context.ts";
import { type Settings, type Turn, transcriptOf } from "./session.ts";
import classes from "./TestChat.module.css";

export function TestsPanel({ turns, settings }: { turns: readonly Turn[]; settings: Settings }) {
  const { t } = useTranslation("builder");
  const { editor } = useBuilder();
  const queries = useQueryClient();
  const key = ["tests", editor.functionId];
  const tests = useQuery({ queryKey: key, queryFn: () => getTests(editor.functionId) });
  const [name, setName] = useState("");
  const results = useMutation({ mutationFn: () => runTests(editor.functionId, editor.document) });
  const save = useMutation({
    mutationFn: async (next: (before: BotTest[]) => BotTest[]) => {
      // Somebody else may have added one meanwhile.
      const all = next(await getTests(editor.functionId));
      await putTests(editor.functionId, all);
      queries.setQueryData(key, all);
    },
  });
  const steps = transcriptOf(turns);
  const first = turns[0];
  const add = (): void => {
    const test: BotTest = {
      name: name.trim(),
      ...(first ? { now: first.step.now } : {}),
      ...(Object.keys(settings.user.fields).length ? { profile: settings.user.fields } : {}),
      ...(settings.user.flags.length ? { flags: settings.user.flags } : {}),
      steps,
    };
    save.mutate((before) => [...before.filter((it) => it.name !== test.name), test]);
    setName("");
  };
  const resultOf = (it: BotTest) => results.data?.find((other) => other.name === it.name);
  const fromStart = first !== undefined && "start" in first.input && first.input.box_id === undefined;
  return (
    <div className={classes.calls}>
      {editor.readOnly ? null : (
        <form
          className={classes.line}
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() && fromStart && steps.length) add();
          }}
        >
          <TextInput
            data-own-undo
            label={t("test.save_as")}
            description={fromStart ? undefined : t("test.only_from_start")}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" disabled={!name.trim() || !fromStart || !steps.length} loading={save.isPending}>
            {t("test.save")}
          </Button>
        </form>
      )}
      {save.error ? <Alert color="red">{save.error.message}</Alert> : null}
      <Group>
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={results.isPending}
          disabled={!tests.data?.length}
          onClick={() => results.mutate()}
        >
          {t("test.run_all", { count: tests.data?.length ?? 0 })}
        </Button>
        <span role="status">
          {results.data ? t("test.passed", { count: results.data.filter((it) => it.passed).length, of: results.data.length }) : ""}
        </span>
      </Group>
      {results.error ? <Alert color="red">{results.error.message}</Alert> : null}
      {tests.data?.length === 0 ? <p className={classes.note}>{t("test.no_tests")}</p> : null}
      <ul className={classes.tests}>
        {tests.data?.map((it) => {
          const result = resultOf(it);
          return (
            <li key={it.name}>
              <div className={classes.testLine}>
                {result ? (
                  result.passed ? (
                    <IconCheck size={16} aria-hidden className={classes.pass} />
                  ) : (
                    <IconX size={16} aria-hidden className={classes.fail} />
                  )
                ) : null}
                <span dir="auto">
                  {it.name}
                  {result ? <span className="visually-hidden"> {t(result.passed ? "test.test_passed" : "test.test_failed")}</span> : null}
                </span>
                {editor.readOnly ? null : (
                  <button
                    type="button"
                    className={classes.silent}
                    aria-label={t("form.remove", { name: it.name })}
                    onClick={() => save.mutate((before) => before.filter((other) => other.name !== it.name))}
                  >
                    <IconTrash size={14} aria-hidden />
                  </button>
                )}
              </div>
              {result?.message ? <p className={classes.failText}>{result.message}</p> : null}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
