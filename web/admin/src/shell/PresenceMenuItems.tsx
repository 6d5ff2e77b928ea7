/** Online, away, offline; and how many chats at once. */
import { Menu } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { deskAgentsQuery, type PresenceStatus, presenceQuery, setPresence } from "../api/desk.ts";
import { MenuLink } from "../ui/menuLinks.tsx";
import { toast } from "../ui/toasts.ts";
import { UnreadItems } from "./UnreadItems.tsx";

const STATUSES: readonly PresenceStatus[] = ["online", "away", "offline"];
const CAPACITIES = [1, 2, 3, 5, 8, 12] as const;

export function PresenceMenuItems() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data } = useQuery(presenceQuery);
  const status = data?.status ?? "offline";
  const capacity = data?.capacity;
  const set = useMutation({
    mutationFn: setPresence,
    onSuccess: (now) => {
      queries.setQueryData(presenceQuery.queryKey, now);
      void queries.invalidateQueries({ queryKey: deskAgentsQuery.queryKey });
    },
    onError: () => toast(t("presence.failed"), { kind: "failed" }),
  });
  // Numbers that were chosen over the API stay choosable.
  const choices = capacity && !CAPACITIES.some((it) => it === capacity) ? [...CAPACITIES, capacity].sort((a, b) => a - b) : CAPACITIES;
  return (
    <>
      <Menu.Label>{t("presence.label")}</Menu.Label>
      <Menu.RadioGroup value={status} onChange={(value) => set.mutate({ status: STATUSES.find((it) => it === value) ?? "offline" })}>
        {STATUSES.map((it) => (
          <Menu.RadioItem key={it} value={it}>
            {t(`presence.${it}`)}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Divider />
      <Menu.Label>{t("presence.capacity")}</Menu.Label>
      <Menu.RadioGroup value={String(capacity ?? "")} onChange={(value) => set.mutate({ status, capacity: Number(value) })}>
        {choices.map((it) => (
          <Menu.RadioItem key={it} value={String(it)}>
            {t("presence.chats", { count: it })}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <UnreadItems />
      <Menu.Divider />
      <MenuLink to="/account">{t("presence.alerts")}</MenuLink>
    </>
  );
}
