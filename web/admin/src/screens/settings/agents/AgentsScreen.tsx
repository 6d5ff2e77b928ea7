/** SETTINGS → Agents: who belongs to the workspace and what each may do. */
import { IconCircleCheck, IconMail, IconPencil, IconUserOff, IconUserPlus, IconUsersGroup } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Agent, agentsQuery, removeAgent, setAgentActive } from "../../../api/agents.ts";
import { type DeskAgent, deskAgentsQuery } from "../../../api/desk.ts";
import { useMay, useMe } from "../../../api/me.ts";
import { ConfirmDialog } from "../../../ui/ConfirmDialog.tsx";
import type { Column } from "../../../ui/DataTable.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { RowActs } from "../../../ui/RowActs.tsx";
import { Tag } from "../../../ui/Tag.tsx";
import { toast } from "../../../ui/toasts.ts";
import { ListScreen } from "../ListScreen.tsx";
import { AgentDialog } from "./AgentDialog.tsx";
import { AgentMenu } from "./AgentMenu.tsx";
import { BrowsersDialog } from "./BrowsersDialog.tsx";
import type { AgentDialogs } from "./dialogs.ts";
import { InvitationDialog } from "./InvitationDialog.tsx";

export function AgentsScreen() {
  const { t } = useTranslation(["agents", "settings"]);
  const me = useMe();
  const may = useMay();
  const agents = useQuery(agentsQuery);
  const [dialog, setDialog] = useState<AgentDialogs | null>(null);
  const desk = useQuery(deskAgentsQuery);
  const columns = useColumns(desk.data ?? []);
  // Only owners touch owners.
  const allowed = (it: Agent) => it.role !== "owner" || may("manage_owners");
  const acts = (agent: Agent) =>
    allowed(agent) ? (
      <RowActs acts={[{ icon: IconPencil, label: t("editWhat", { name: agent.name }), onClick: () => setDialog({ kind: "edit", agent }) }]}>
        {/* Nobody removes the ladder they stand on. */}
        {agent.id === me.agent.id ? null : <AgentMenu agent={agent} open={setDialog} />}
      </RowActs>
    ) : null;
  return (
    <ListScreen
      title={t("settings:menu.agents")}
      lead={t("lead")}
      query={agents}
      add={{ label: t("invite.button"), icon: IconUserPlus, onClick: () => setDialog({ kind: "invite" }) }}
      columns={columns}
      rowKey={(it) => it.id}
      actions={acts}
      empty={<EmptyState icon={IconUsersGroup} text={t("empty")} />}
    >
      <OpenDialog dialog={dialog} desk={desk.data ?? []} open={setDialog} />
    </ListScreen>
  );
}

interface OpenDialogProps {
  dialog: AgentDialogs | null;
  desk: readonly DeskAgent[];
  open: (dialog: AgentDialogs | null) => void;
}

function OpenDialog({ dialog, desk, open }: OpenDialogProps) {
  const { t } = useTranslation(["agents", "common"]);
  const queries = useQueryClient();
  const close = () => open(null);
  const done = async (key: string, name: string) => {
    await queries.invalidateQueries({ queryKey: agentsQuery.queryKey });
    void queries.invalidateQueries({ queryKey: deskAgentsQuery.queryKey });
    toast(t(key, { name }));
  };
  switch (dialog?.kind) {
    case "invite":
      return (
        <AgentDialog
          agent={null}
          onInvited={(agent) => open(agent.invitation ? { kind: "invited", agent, invitation: agent.invitation } : null)}
          onClose={close}
        />
      );
    case "invited":
      return <InvitationDialog name={dialog.agent.name} email={dialog.agent.email} invitation={dialog.invitation} onClose={close} />;
    case "edit":
      return <AgentDialog agent={dialog.agent} onClose={close} />;
    case "browsers":
      return <BrowsersDialog agent={dialog.agent} onClose={close} />;
    case "deactivate": {
      const { id, name } = dialog.agent;
      const chats = desk.find((it) => it.id === id)?.chats ?? 0;
      return (
        <ConfirmDialog
          title={t("deactivate.title", { name })}
          act={t("deactivate.act")}
          onAct={async () => {
            await setAgentActive(id, false);
            await done("deactivate.done", name);
          }}
          onClose={close}
        >
          <p>{t("deactivate.text", { name })}</p>
          <p>{t("deactivate.chats", { count: chats })}</p>
          <p>{t("deactivate.back")}</p>
        </ConfirmDialog>
      );
    }
    case "remove": {
      const { id, name } = dialog.agent;
      return (
        <ConfirmDialog
          title={t("remove.title", { name })}
          act={t("common:remove")}
          onAct={async () => {
            await removeAgent(id);
            await done("remove.done", name);
          }}
          onClose={close}
        >
          <p>{t("remove.text")}</p>
        </ConfirmDialog>
      );
    }
    default:
      return null;
  }
}

const STATUS = {
  active: { tone: "success", icon: IconCircleCheck },
  invited: { tone: "info", icon: IconMail },
  deactivated: { tone: "neutral", icon: IconUserOff },
} as const;

function useColumns(desk: readonly DeskAgent[]): Column<Agent>[] {
  const { t } = useTranslation(["agents", "common"]);
  const me = useMe();
  return [
    {
      key: "name",
      header: t("column.name"),
      heading: true,
      cell: (it) => (
        <span dir="auto">
          {it.name} {it.id === me.agent.id ? <Tag tone="accent">{t("you")}</Tag> : null}
        </span>
      ),
    },
    { key: "email", header: t("column.email"), cell: (it) => it.email },
    { key: "role", header: t("column.role"), cell: (it) => t(`common:roles.${it.role}`) },
    { key: "status", header: t("column.status"), cell: (it) => <Tag {...STATUS[it.status]}>{t(`status.${it.status}`)}</Tag> },
    {
      key: "presence",
      header: t("column.presence"),
      cell: (it) => {
        const there = it.status === "active" ? desk.find((one) => one.id === it.id) : undefined;
        return there ? <Presence agent={there} /> : <span className="muted">–</span>;
      },
    },
    {
      key: "flags",
      header: t("column.flags"),
      cell: (it) =>
        it.limited_to_flags.length > 0 ? (
          <span className="row">
            {it.limited_to_flags.map((flag) => (
              <Tag key={flag}>{flag}</Tag>
            ))}
          </span>
        ) : (
          <span className="muted">{t("allUsers")}</span>
        ),
    },
    { key: "created", header: t("column.created"), cell: (it) => <Moment at={it.created_at} /> },
  ];
}

/** Whether an agent is there for chats, and how many there are. */
function Presence({ agent: { status, chats, capacity } }: { agent: DeskAgent }) {
  const { t } = useTranslation(["agents", "common"]);
  const tone = { online: "success", away: "warning", offline: "neutral" } as const;
  return (
    <span className="row">
      <Tag tone={tone[status]}>{t(`common:presence.${status}`)}</Tag>
      <span className="muted small">{t("chatsOf", { chats, capacity })}</span>
    </span>
  );
}
