/** Step by step: which box, what was understood, each condition that was tried, what was done. */
import { IconCheck, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TraceStep } from "../api.ts";
import { useBuilder, useEditor } from "../context.ts";
import { findBox } from "../model/document.ts";
import type { Turn } from "./session.ts";
import classes from "./TestChat.module.css";

export interface TraceProps {
  turns: readonly Turn[];
  looked: number | null;
  onLook: (step: number | null) => void;
}

export function Trace({ turns, looked, onLook }: TraceProps) {
  const { t } = useTranslation("builder");
  const { editor, catalogue, goTo } = useBuilder();
  const document = useEditor((it) => it.document);
  const steps = turns.flatMap((turn) => turn.step.trace);
  if (!steps.length) return <p className={classes.note}>{t("test.no_trace")}</p>;
  return (
    <table className={classes.trace}>
      <caption className="visually-hidden">{t("test.trace_caption")}</caption>
      <thead>
        <tr>
          <th scope="col">#</th>
          <th scope="col">{t("test.box")}</th>
          <th scope="col">{t("test.happened")}</th>
        </tr>
      </thead>
      <tbody>
        {steps.map((it, place) => {
          const box = it.function_id ? undefined : findBox(document, it.box_id);
          return (
            // Steps are told apart by their place.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <tr key={place} aria-selected={looked === place || undefined} data-looked={looked === place || undefined}>
              <td>{place + 1}</td>
              <td>
                <button
                  type="button"
                  className={classes.step}
                  aria-pressed={looked === place}
                  onClick={() => {
                    onLook(looked === place ? null : place);
                    if (!box) return;
                    editor.activate(box.id);
                    goTo(box.id, { keepFocus: true });
                  }}
                >
                  {it.title || (box && catalogue.titleOf(box)) || it.box_id}
                </button>
                {it.function_id ? <p className={classes.action}>{it.function_id}</p> : null}
              </td>
              <td>
                <Happened step={it} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Happened({ step }: { step: TraceStep }) {
  const { t } = useTranslation("builder");
  return (
    <>
      {step.input === undefined || step.input === null ? null : (
        <p dir="auto">
          {t("test.input")} “{plain(step.input)}”
        </p>
      )}
      {step.extracted ? (
        <p>
          {t("reply.understood")} <code>{plain(step.extracted.value)}</code>
        </p>
      ) : null}
      {step.conditions.length ? (
        <ul className={classes.conditions}>
          {step.conditions.map((it, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions of a step that is over never change places
            <li key={place} data-held={it.held || undefined}>
              {it.held ? <IconCheck size={14} aria-hidden /> : <IconX size={14} aria-hidden />}
              <span className="visually-hidden">{t(it.held ? "reply.held" : "reply.not_held")}</span> {it.sentence}
            </li>
          ))}
        </ul>
      ) : null}
      {step.actions.map((it, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <p key={place} className={classes.action}>
          {it.sentence}
        </p>
      ))}
    </>
  );
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
