/** Tries the questions out, as they are in the editor: nothing of it is kept. */
import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askFaq, type FaqDocument } from "../../api/faq.ts";
import { Panel } from "../../ui/Panel.tsx";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import classes from "./Faq.module.css";

interface Line {
  from: "user" | "bot";
  text: string;
}

export function TryPanel({ document }: { document: FaqDocument }) {
  const { t } = useTranslation("faq");
  const [text, setText] = useState("");
  const [lines, setLines] = useState<Line[]>([]);
  const ask = useMutation({
    mutationFn: async (words: string): Promise<Line[]> => {
      const said = await askFaq(document, words);
      return [{ from: "user", text: words }, ...said.map((it): Line => ({ from: "bot", text: it }))];
    },
    onSuccess: (said) => {
      setLines(said);
      setText("");
    },
  });
  return (
    <Panel title={t("try.title")} lead={t("try.lead")}>
      <div role="status">
        <ul className={classes.talk} aria-label={t("try.title")}>
          {lines.map((it, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines come together and never change
            <li key={at} data-from={it.from} dir="auto">
              {it.text}
            </li>
          ))}
        </ul>
      </div>
      <form
        className={classes.group}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) ask.mutate(text.trim());
        }}
      >
        <TextInput label={t("try.question")} dir="auto" value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <Button type="submit" variant="default" loading={ask.isPending} disabled={!text.trim()}>
          {t("try.ask")}
        </Button>
      </form>
      <ProblemNote error={ask.error} />
    </Panel>
  );
}
