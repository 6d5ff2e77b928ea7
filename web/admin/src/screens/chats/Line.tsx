/** One message of a chat. */
import { IconFile } from "@tabler/icons-react";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { type DeskMessage, fileUrl } from "../../api/desk.ts";
import { Bubble } from "../../ui/Bubble.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { fileSize } from "./fileSize.ts";
import classes from "./Lines.module.css";

interface Props {
  message: DeskMessage;
  session: string;
  /** What was noted after it. */
  children: ReactNode;
}

export const Line = memo(function Line({ message, session, children }: Props) {
  const { t, i18n } = useTranslation("chats");
  const format = useFormat();
  const { from, text, label, at, kind, media, file, agent } = message;
  const url = media && "url" in media && typeof media.url === "string" ? media.url : null;
  if (from === "system" || kind === "event") {
    return (
      <>
        <li className={classes.event}>
          <span dir="auto">{text || t("event")}</span> <time dateTime={at}>{format.time(at)}</time>
        </li>
        {children}
      </>
    );
  }
  const by = (
    <>
      <span dir="auto">{agent?.name ?? t(`from.${from}`)}</span>{" "}
      <time dateTime={at} title={format.dateTime(at)}>
        {format.time(at)}
      </time>
    </>
  );
  return (
    <>
      <Bubble from={from} side={from === "user" ? "start" : "end"} by={by} data-seq={message.seq}>
        {file ? (
          <a className={classes.file} href={fileUrl(session, file.id)} download={file.name}>
            <IconFile size={16} aria-hidden /> {file.name} <span className="small">{fileSize(file.size, i18n.language)}</span>
          </a>
        ) : (
          // As the user saw it, and not as the bot keeps it.
          (label ?? text)
        )}
        {url ? <p className="code">{url}</p> : null}
      </Bubble>
      {children}
    </>
  );
});
