/** The last steps of the chat through the boxes. */
import { useTranslation } from "react-i18next";
import type { DeskChat } from "../../api/desk.ts";
import { useFormat } from "../../ui/useFormat.ts";
import classes from "./PersonColumn.module.css";

const SHOWN = 8;

export function Way({ chat: { trace } }: { chat: DeskChat }) {
  const { t } = useTranslation("chats");
  const format = useFormat();
  if (trace.length === 0) return <p className="muted small">{t("way.none")}</p>;
  const last = trace.slice(-SHOWN);
  return (
    <>
      {trace.length > SHOWN ? <p className="muted small">{t("way.before", { count: trace.length - SHOWN })}</p> : null}
      <ol className={classes.way} start={trace.length - last.length + 1}>
        {last.map((it, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same box may be entered twice at the same time
          <li key={place}>
            <span className="code">{it.box_id}</span> <time dateTime={it.at}>{format.time(it.at)}</time>
          </li>
        ))}
      </ol>
    </>
  );
}
