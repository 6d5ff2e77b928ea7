/** What the palette offers to the one who is signed in. Patients are not in it: its list lies open while others look on. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { botsQuery } from "../api/bots.ts";
import { useMay } from "../api/me.ts";
import { SETTINGS_MENU } from "../screens/settings/settingsMenu.ts";
import { useLeave } from "../session/useLeave.ts";
import { MENU } from "../shell/menu.ts";
import { useOverlays } from "../shell/overlays.ts";
import { type Choice, THEMES, useMode } from "../theme/mode.ts";
import { useAllPages } from "../ui/useAllPages.ts";
import type { Entry } from "./entries.ts";

export function useEntries(): Entry[] {
  const { t } = useTranslation(["palette", "common", "settings", "templates", "account"]);
  const may = useMay();
  const navigate = useNavigate();
  const leave = useLeave();
  const choose = useMode((it) => it.choose);
  const show = useOverlays((it) => it.show);
  const bots = useAllPages(useInfiniteQuery({ ...botsQuery("active"), enabled: may("view_bots") })).data;
  return useMemo(() => {
    const go = (id: string, label: string, run: () => void, needs?: Entry["needs"]): Entry => ({ id, group: "go", label, run, needs });
    const act = (id: string, label: string, run: () => void, needs?: Entry["needs"]): Entry => ({ id, group: "acts", label, run, needs });
    const settings = t("common:nav.settings");
    const choices: Choice[] = ["system", ...THEMES];
    const all: Entry[] = [
      ...MENU.map((it) => go(it.key, t(`common:nav.${it.key}`), () => void navigate({ to: it.to }), it.needs)),
      go("templates", t("templates:title"), () => void navigate({ to: "/templates" }), ["view_bots"]),
      ...SETTINGS_MENU.flatMap((group) => group.entries).map((it) =>
        go(it.key, `${settings} → ${t(`settings:menu.${it.key}`)}`, () => void navigate({ to: it.to }), it.needs),
      ),
      go(
        "deliveries",
        `${settings} → ${t("settings:tabs.deliveries")}`,
        () => void navigate({ to: "/settings/advanced/api-and-webhook/deliveries" }),
        ["manage_webhooks"],
      ),
      go("account", t("account:title"), () => void navigate({ to: "/account" })),
      ...(bots ?? []).map(
        (it): Entry => ({
          id: it.id,
          group: "bots",
          label: it.name,
          also: it.function_id,
          run: () => void navigate({ to: "/bots/$functionId", params: { functionId: it.function_id } }),
        }),
      ),
      act("newBot", t("acts.newBot"), () => void navigate({ to: "/bots", search: { dialog: "new" } }), ["edit_bots"]),
      act("importBot", t("acts.importBot"), () => void navigate({ to: "/bots", search: { dialog: "import" } }), ["edit_bots"]),
      act("newToken", t("acts.newToken"), () => void navigate({ to: "/settings/advanced/api-and-webhook/tokens" }), ["manage_tokens"]),
      act("addEndpoint", t("acts.addEndpoint"), () => void navigate({ to: "/settings/advanced/api-and-webhook/endpoints/new" }), [
        "manage_webhooks",
      ]),
      act("inviteAgent", t("acts.inviteAgent"), () => void navigate({ to: "/settings/agents" }), ["manage_agents"]),
      act("shortcuts", t("acts.shortcuts"), () => show("shortcuts")),
      act("docs", t("acts.docs"), () => void open("/docs", "_blank", "noreferrer")),
      act("signOut", t("acts.signOut"), () => void leave("asked")),
      ...choices.map(
        (it): Entry => ({
          id: `theme-${it}`,
          group: "look",
          label: t("acts.theme", { theme: t(`common:header.themes.${it}`) }),
          run: () => choose(it),
        }),
      ),
    ];
    return all.filter((it) => !it.needs || it.needs.some(may));
  }, [t, may, navigate, leave, choose, show, bots]);
}
