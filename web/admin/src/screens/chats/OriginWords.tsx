/** Where a flag or a field came from: who, by which box, when. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { deskAgentsQuery, type Origin } from "../../api/desk.ts";
import { useMe } from "../../api/me.ts";
import { Moment } from "../../ui/Moment.tsx";
import classes from "./PersonColumn.module.css";

export function OriginWords({ origin }: { origin: Origin | undefined }) {
  const { t } = useTranslation("chats");
  const me = useMe().agent.id;
  const agents = useQuery(deskAgentsQuery);
  if (!origin) return null;
  const { by, box_id, at } = origin;
  const who =
    by.id === me
      ? t("common:actors.you")
      : (agents.data?.find((it) => it.id === by.id)?.name ?? t(`common:actors.${by.kind}`, { defaultValue: by.kind }));
  return (
    <span className={classes.origin}>
      {box_id ? t("origin.byBox", { who, box: box_id }) : t("origin.by", { who })} <Moment at={at} />
    </span>
  );
}
