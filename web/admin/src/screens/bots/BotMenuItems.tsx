/** What can be done with a bot in the list: the items of its menu. */
import { Menu } from "@mantine/core";
import { IconArchive, IconArchiveOff, IconCopy, IconDownload, IconExternalLink, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { archiveBot, type BotSummary, exportUrl, restoreBot } from "../../api/bots.ts";
import { useMay } from "../../api/me.ts";
import { problemIn } from "../../api/problem.ts";
import { MenuLink } from "../../ui/menuLinks.tsx";
import { problemWords } from "../../ui/problemWords.ts";
import { toast } from "../../ui/toasts.ts";
import type { BotDialog } from "./dialogs.ts";

const icon = { size: 16, "aria-hidden": true } as const;

export function BotMenuItems({ bot, open }: { bot: BotSummary; open: (dialog: BotDialog) => void }) {
  const { t } = useTranslation(["bots", "common", "problems"]);
  const queries = useQueryClient();
  const edit = useMay()("edit_bots");
  const archived = bot.status === "archived";
  const move = async (act: typeof archiveBot) => {
    await act(bot.function_id);
    await queries.invalidateQueries({ queryKey: ["bots"] });
  };
  const toggle = useMutation({
    mutationFn: () => move(archived ? restoreBot : archiveBot),
    onSuccess: () =>
      toast(t(archived ? "restored" : "archived", { name: bot.name }), { undo: () => move(archived ? archiveBot : restoreBot) }),
    onError: (error) => {
      const problem = problemIn(error);
      toast(problem ? problemWords(t, problem) : t("common:failed.fault"), { kind: "failed" });
    },
  });
  return (
    <>
      <MenuLink to="/bots/$functionId" params={{ functionId: bot.function_id }} leftSection={<IconExternalLink {...icon} />}>
        {t("menu.open")}
      </MenuLink>
      {edit ? (
        <>
          <Menu.Item leftSection={<IconPencil {...icon} />} onClick={() => open({ kind: "rename", bot })}>
            {t("menu.rename")}
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy {...icon} />} onClick={() => open({ kind: "duplicate", bot })}>
            {t("menu.duplicate")}
          </Menu.Item>
        </>
      ) : null}
      <Menu.Item
        component="a"
        href={exportUrl(bot.function_id)}
        download={`${bot.function_id}.json`}
        leftSection={<IconDownload {...icon} />}
      >
        {t("menu.export")}
      </Menu.Item>
      {edit ? (
        <>
          <Menu.Divider />
          <Menu.Item leftSection={archived ? <IconArchiveOff {...icon} /> : <IconArchive {...icon} />} onClick={() => toggle.mutate()}>
            {t(archived ? "menu.restore" : "menu.archive")}
          </Menu.Item>
          {archived ? (
            <Menu.Item color="red" leftSection={<IconTrash {...icon} />} onClick={() => open({ kind: "delete", bot })}>
              {t("menu.delete")}
            </Menu.Item>
          ) : null}
        </>
      ) : null}
    </>
  );
}
