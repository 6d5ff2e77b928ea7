/** All that is wrong with the bot, worst first. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder, useEditor } from "../context.ts";
import { outlineOf, readingOrder } from "../model/order.ts";
import { FindingRow } from "./FindingRow.tsx";
import { sorted } from "./findings.ts";
import classes from "./Problems.module.css";

export function Problems() {
  const { t } = useTranslation("builder");
  const { catalogue } = useBuilder();
  const document = useEditor((it) => it.document);
  const findings = useEditor((it) => it.findings);
  const checked = useEditor((it) => it.checked);
  const list = useMemo(() => {
    const order = readingOrder(outlineOf(document, (id) => catalogue.namedBoxes(document, id)));
    return sorted(findings, new Map(order.map((id, place) => [id, place])));
  }, [document, findings, catalogue]);
  return (
    <div className={classes.list} aria-busy={checked !== document}>
      {list.length ? (
        <ul>
          {list.map((it) => (
            <li key={`${it.code} ${it.box_id} ${it.link} ${it.pointer} ${it.message}`}>
              <FindingRow finding={it} />
            </li>
          ))}
        </ul>
      ) : (
        <p className={classes.none}>{t("problems.none", { boxes: document.boxes.length, links: document.links.length })}</p>
      )}
    </div>
  );
}
