/** The line that answers "why did it go there": what of a reply is understood, and which link wins. */
import { TextInput } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { tryReply } from "../api.ts";
import { useBuilder, useEditor } from "../context.ts";
import { type Box, findBox } from "../model/document.ts";
import { stateNumber } from "../model/state_number.ts";
import classes from "./TryReply.module.css";

const AFTER_MS = 250;

export function TryReply({ box }: { box: Box }) {
  const { t } = useTranslation("builder");
  const { goTo, catalogue } = useBuilder();
  const document = useDeferredValue(useEditor((it) => it.document));
  const [text, setText] = useState("");
  const reply = useSettled(text.trim(), AFTER_MS);
  const { data, error } = useQuery({
    queryKey: ["try-reply", box.id, reply, stateNumber(document)],
    enabled: reply !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => tryReply({ document, box_id: box.id, text: reply }, signal),
  });
  const shown = reply === "" ? undefined : data;
  const target = shown?.to ? findBox(document, shown.to) : undefined;
  return (
    <section className={classes.line} aria-label={t("reply.title")}>
      <TextInput
        size="sm"
        label={t("reply.title")}
        placeholder={t("reply.hint")}
        dir="auto"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={classes.result} role="status">
        {error && reply !== "" ? <p>{error.message}</p> : null}
        {shown ? (
          <>
            <p>
              {shown.extracted ? (
                <>
                  {t("reply.understood")} <code>{valueText(shown.extracted.value)}</code>
                  {shown.extracted.text && shown.extracted.text !== reply ? <> {t("reply.in", { text: shown.extracted.text })}</> : null}
                </>
              ) : (
                t("reply.nothing")
              )}
            </p>
            <ul>
              {shown.conditions.map((it) => (
                <li key={it.link} data-held={it.held || undefined}>
                  {it.held ? <IconCheck size={14} aria-hidden /> : <IconX size={14} aria-hidden />}
                  <span className="visually-hidden">{t(it.held ? "reply.held" : "reply.not_held")}</span> {it.sentence}
                </li>
              ))}
            </ul>
            <p>
              {target ? (
                <button type="button" className={classes.target} onClick={() => goTo(target.id)}>
                  → {catalogue.titleOf(target)}
                </button>
              ) : (
                t("reply.stays")
              )}
            </p>
          </>
        ) : null}
      </div>
    </section>
  );
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The value once it has not changed for a while. */
export function useSettled<T>(value: T, after: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), after);
    return () => clearTimeout(timer);
  }, [value, after]);
  return settled;
}
