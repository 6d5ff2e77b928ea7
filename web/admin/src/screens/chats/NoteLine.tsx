/** A private note, with the colleagues who are named in it. */
import { IconNote } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DeskNote, NamedAgent } from "../../api/desk.ts";
import { useMe } from "../../api/me.ts";
import { pieces } from "../../desk/mentions.ts";
import { NoteBubble } from "../../ui/Bubble.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import classes from "./Lines.module.css";

export function NoteLine({ note, agents }: { note: DeskNote; agents: readonly NamedAgent[] }) {
  const { t } = useTranslation("chats");
  const format = useFormat();
  const me = useMe().agent;
  const name = note.agent_id === me.id ? me.name : (agents.find((it) => it.id === note.agent_id)?.name ?? t("from.agent"));
  const by = (
    <>
      <IconNote size={14} aria-hidden /> {t("noteBy", { name })} <time dateTime={note.at}>{format.time(note.at)}</time>
    </>
  );
  return (
    <NoteBubble by={by}>
      {pieces(note.text, note.mentions ?? []).map((it, at) =>
        typeof it === "string" ? (
          it
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never change their places
          <strong key={at} className={classes.mention} data-me={it.agent.id === me.id}>
            {it.as}
          </strong>
        ),
      )}
    </NoteBubble>
  );
}
