/** What can be done with an agent in the list: the items of the menu. */
import { Menu } from "@mantine/core";
import { IconDevices, IconMailForward, IconTrash, IconUserCheck, IconUserOff } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Agent, agentsQuery, inviteAgain, setAgentActive } from "../../../api/agents.ts";
import { problemIn } from "../../../api/problem.ts";
import { problemWords } from "../../../ui/problemWords.ts";
import { toast } from "../../../ui/toasts.ts";
import type { AgentDialogs } from "./dialogs.ts";

const icon = { size: 16, "aria-hidden": true } as const;

export function AgentMenuItems({ agent, open }: { agent: Agent; open: (dialog: AgentDialogs) => void }) {
  const { t } = useTranslation(["agents", "common", "problems"]);
  const queries = useQueryClient();
  const onError = (error: unknown) => {
    const problem = problemIn(error);
    toast(problem ? problemWords(t, problem) : t("common:failed.fault"), { kind: "failed" });
  };
  const link = useMutation({
    mutationFn: () => inviteAgain(agent.id),
    onSuccess: (invitation) => open({ kind: "invited", agent, invitation }),
    onError,
  });
  const back = useMutation({
    mutationFn: async () => {
      await setAgentActive(agent.id, true);
      await queries.invalidateQueries({ queryKey: agentsQuery.queryKey });
    },
    onSuccess: () => toast(t("reactivated", { name: agent.name })),
    onError,
  });
  return (
    <>
      {agent.status === "invited" ? (
        <Menu.Item leftSection={<IconMailForward {...icon} />} onClick={() => link.mutate()}>
          {t("menu.link")}
        </Menu.Item>
      ) : null}
      {agent.status === "active" ? (
        <Menu.Item leftSection={<IconDevices {...icon} />} onClick={() => open({ kind: "browsers", agent })}>
          {t("menu.browsers")}
        </Menu.Item>
      ) : null}
      {agent.status === "deactivated" ? (
        <Menu.Item leftSection={<IconUserCheck {...icon} />} onClick={() => back.mutate()}>
          {t("menu.reactivate")}
        </Menu.Item>
      ) : (
        <Menu.Item leftSection={<IconUserOff {...icon} />} onClick={() => open({ kind: "deactivate", agent })}>
          {t("menu.deactivate")}
        </Menu.Item>
      )}
      <Menu.Divider />
      <Menu.Item color="red" leftSection={<IconTrash {...icon} />} onClick={() => open({ kind: "remove", agent })}>
        {t("menu.remove")}
      </Menu.Item>
    </>
  );
}
