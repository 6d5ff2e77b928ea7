/** The way of a session through the boxes. */
import { useTranslation } from "react-i18next";
import type { ChatLog } from "../../api/logs.ts";
import { useMay } from "../../api/me.ts";
import { AnchorLink } from "../../ui/links.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import classes from "./Trace.module.css";

export function Trace({ log: { session, trace } }: { log: ChatLog }) {
  const { t } = useTranslation("logs");
  const format = useFormat();
  const may = useMay();
  return (
    <Panel
      title={t("trace.title")}
      lead={t("trace.lead", { count: trace.length })}
      actions={
        may("view_bots") ? (
          <AnchorLink to="/bots/$functionId" params={{ functionId: session.function_id }} size="sm">
            {t("trace.open")}
          </AnchorLink>
        ) : null
      }
    >
      {trace.length === 0 ? (
        <p className="muted small">{t("trace.none")}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by keyboard
        <section className={classes.scroll} tabIndex={0} aria-label={t("trace.title")}>
          <table className={classes.trace}>
            <caption className="visually-hidden">{t("trace.title")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("trace.step")}</th>
                <th scope="col">{t("trace.box")}</th>
                <th scope="col">{t("trace.link")}</th>
                <th scope="col">{t("trace.at")}</th>
              </tr>
            </thead>
            <tbody>
              {trace.map((it, index) => (
                // The trace only grows, so a step keeps its place.
                // biome-ignore lint/suspicious/noArrayIndexKey: the same box may be entered twice at the same time
                <tr key={index}>
                  <td>{index + 1}</td>
                  <th scope="row" className="code">
                    {it.function_id ? `${it.function_id} · ` : ""}
                    {it.box_id}
                  </th>
                  <td>{it.link == null ? t("trace.start") : t("trace.byLink", { number: it.link + 1 })}</td>
                  <td>{format.time(it.at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Panel>
  );
}
