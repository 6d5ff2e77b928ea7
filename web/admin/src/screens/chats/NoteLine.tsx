/** A private note, told apart from what was said by its place, its colour and its words. */
import { IconNote } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DeskChat, NamedAgent } from "../../api/desk.ts";
import { useMe } from "../../api/me.ts";
import { useFormat } from "../../ui/useFormat.ts";
import classes from "./Lines.module.css";

export function NoteLine({ note, agents }: { note: DeskChat["notes"][number]; agents: readonly NamedAgent[] }) {
  const { t } = useTranslation("chats");
  const format = useFormat();
  const me = useMe().agent;
  const name = note.agent_id === me.id ? me.name : (agents.find((it) => it.id === note.agent_id)?.name ?? t("from.agent"));
  return (
    <li className={classes.note}>
      <p className={classes.by}>
        <IconNote size={14} aria-hidden /> {t("noteBy", { name })} <time dateTime={note.at}>{format.time(note.at)}</time>
      </p>
      <div dir="auto">{note.text}</div>
    </li>
  );
}
