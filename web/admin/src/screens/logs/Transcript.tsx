/** What was said, in order, as a conversation; agents' private notes where they were written. */
import { IconNote } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ChatLog } from "../../api/logs.ts";
import { Bubble, Conversation, NoteBubble } from "../../ui/Bubble.tsx";
import { useFormat } from "../../ui/useFormat.ts";

type LogMessage = ChatLog["messages"][number];

interface Props {
  log: ChatLog;
  /** With the box that each came from. */
  boxes: boolean;
  notes: boolean;
}

export function Transcript({ log, boxes, notes }: Props) {
  const { t } = useTranslation("logs");
  if (log.messages.length === 0) return <p className="muted">{t("nothingSaid")}</p>;
  const noted = (after: (seq: number) => boolean) =>
    notes
      ? log.notes
          .filter((it) => after(it.after_seq))
          .map((it) => <Note key={`${it.at}${it.agent_id}`} note={it} name={log.agents.find((agent) => agent.id === it.agent_id)?.name} />)
      : null;
  return (
    <Conversation>
      {noted((seq) => seq === 0)}
      {log.messages.map((it) => (
        <Line key={it.id} message={it} boxes={boxes}>
          {noted((seq) => seq === it.seq)}
        </Line>
      ))}
    </Conversation>
  );
}

/** Where a line stands: what the user said at the end. */
const SIDES = { user: "end", bot: "start", agent: "start", system: "middle" } as const;

function Line({ message, boxes, children }: { message: LogMessage; boxes: boolean; children: React.ReactNode }) {
  const { t } = useTranslation("logs");
  const format = useFormat();
  const { from, text, label, agent, at, box_id, kind, media } = message;
  const url = media && "url" in media && typeof media.url === "string" ? media.url : null;
  const by = (
    <>
      <span dir="auto">{agent?.name ?? t(`from.${from}`)}</span> <time dateTime={at}>{format.time(at)}</time>
      {boxes && box_id ? <span className="code">{box_id}</span> : null}
    </>
  );
  return (
    <>
      <Bubble from={from} side={SIDES[from]} by={by}>
        {label ?? (text || (kind === "event" ? t("event") : null))}
        {url ? <p className="code">{url}</p> : null}
      </Bubble>
      {children}
    </>
  );
}

function Note({ note, name }: { note: ChatLog["notes"][number]; name: string | undefined }) {
  const { t } = useTranslation("logs");
  const format = useFormat();
  const by = (
    <>
      <IconNote size={14} aria-hidden /> {t("noteBy", { name: name ?? t("from.agent") })}{" "}
      <time dateTime={note.at}>{format.time(note.at)}</time>
    </>
  );
  return <NoteBubble by={by}>{note.text}</NoteBubble>;
}
