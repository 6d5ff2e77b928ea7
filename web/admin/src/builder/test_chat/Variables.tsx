/** What the session and the user hold, with what the looked-at turn changed. */
import { useTranslation } from "react-i18next";
import type { Turn } from "./session.ts";
import classes from "./TestChat.module.css";

export interface VariablesProps {
  turns: readonly Turn[];
  looked: number | null;
}

export function Variables({ turns, looked }: VariablesProps) {
  const { t } = useTranslation("builder");
  const turn = turnOfStep(turns, looked);
  const step = turn?.step;
  if (!step) return <p className={classes.note}>{t("test.no_trace")}</p>;
  return (
    <>
      {step.variables.length ? (
        <table className={classes.trace}>
          <caption>{t("test.variables_caption")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("form.name")}</th>
              <th scope="col">{t("form.value")}</th>
              <th scope="col">{t("test.type")}</th>
            </tr>
          </thead>
          <tbody>
            {step.variables.map((it) => (
              <tr key={`${it.scope} ${it.name}`} data-changed={it.changed || undefined}>
                <th scope="row">
                  <code>{it.name}</code>
                </th>
                <td dir="auto">
                  {typeof it.value === "string" ? it.value : JSON.stringify(it.value)}
                  {it.changed ? <span className={classes.changed}> {t("test.changed")}</span> : null}
                </td>
                <td>
                  {it.type} · {it.scope}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className={classes.note}>{t("test.no_variables")}</p>
      )}
      <p className={classes.note}>
        {t("test.flags")} {step.user.flags.length ? step.user.flags.join(", ") : t("form.none")}
      </p>
    </>
  );
}

/** The turn that a step of the trace belongs to; the last one when none is looked at. */
export function turnOfStep(turns: readonly Turn[], looked: number | null): Turn | undefined {
  if (looked === null) return turns.at(-1);
  let rest = looked;
  for (const turn of turns) {
    if (rest < turn.step.trace.length) return turn;
    rest -= turn.step.trace.length;
  }
  return turns.at(-1);
}
