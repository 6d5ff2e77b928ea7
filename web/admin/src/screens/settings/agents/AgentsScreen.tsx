/** SETTINGS → Agents: who belongs to the workspace and what each may do. */
import { ActionIcon, Button } from "@mantine/core";
import { IconCircleCheck, IconMail, IconPencil, IconTrash, IconUserPlus, IconUsersGroup } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AddedAgent, type Agent, agentsQuery, removeAgent } from "../../../api/agents.ts";
import { type DeskAgent, deskAgentsQuery } from "../../../api/desk.ts";
import { useMay, useMe } from "../../../api/me.ts";
import { Page } from "../../../shell/Page.tsx";
import { ConfirmDialog } from "../../../ui/ConfirmDialog.tsx";
import { type Column, DataTable } from "../../../ui/DataTable.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { QueryStates } from "../../../ui/QueryStates.tsx";
import { Tag } from "../../../ui/Tag.tsx";
import { toast } from "../../../ui/toasts.ts";
import { AgentDialog } from "./AgentDialog.tsx";
import classes from "./AgentsScreen.module.css";
import { InvitationDialog } from "./InvitationDialog.tsx";

type Dialog =
  | { kind: "invite" }
  | { kind: "invited"; agent: AddedAgent }
  | { kind: "edit"; agent: Agent }
  | { kind: "remove"; agent: Agent };

export function AgentsScreen() {
  const { t } = useTranslation(["agents", "settings"]);
  const queries = useQueryClient();
  const me = useMe();
  const may = useMay();
  const agents = useQuery(agentsQuery);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const desk = useQuery(deskAgentsQuery);
  const columns = useColumns(desk.data ?? []);
  const close = () => setDialog(null);
  // Nobody removes the ladder they stand on; only owners touch owners.
  const mine = (it: Agent) => it.id === me.agent.id;
  const allowed = (it: Agent) => it.role !== "owner" || may("manage_owners");
  return (
    <Page
      title={t("settings:menu.agents")}
      lead={t("lead")}
      actions={
        <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={() => setDialog({ kind: "invite" })}>
          {t("invite.button")}
        </Button>
      }
    >
      <QueryStates query={agents} what={t("settings:menu.agents")}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={IconUsersGroup} text={t("empty")} />
          ) : (
            <DataTable
              caption={t("settings:menu.agents")}
              columns={columns}
              rows={all}
              rowKey={(it) => it.id}
              actions={(it) =>
                allowed(it) ? (
                  <span className={classes.acts}>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      size="lg"
                      aria-label={t("editWhat", { name: it.name })}
                      onClick={() => setDialog({ kind: "edit", agent: it })}
                    >
                      <IconPencil size={18} aria-hidden />
                    </ActionIcon>
                    {mine(it) ? null : (
                      <ActionIcon
                        variant="subtle"
                        color="red"
                        size="lg"
                        aria-label={t("removeWhat", { name: it.name })}
                        onClick={() => setDialog({ kind: "remove", agent: it })}
                      >
                        <IconTrash size={18} aria-hidden />
                      </ActionIcon>
                    )}
                  </span>
                ) : null
              }
            />
          )
        }
      </QueryStates>
      {dialog?.kind === "invite" ? (
        <AgentDialog agent={null} onInvited={(agent) => setDialog({ kind: "invited", agent })} onClose={close} />
      ) : null}
      {dialog?.kind === "invited" ? <InvitationDialog agent={dialog.agent} onClose={close} /> : null}
      {dialog?.kind === "edit" ? <AgentDialog agent={dialog.agent} onClose={close} /> : null}
      {dialog?.kind === "remove" ? (
        <ConfirmDialog
          title={t("remove.title", { name: dialog.agent.name })}
          act={t("common:remove")}
          onAct={async () => {
            await removeAgent(dialog.agent.id);
            await queries.invalidateQueries({ queryKey: agentsQuery.queryKey });
            toast(t("remove.done", { name: dialog.agent.name }));
          }}
          onClose={close}
        >
          <p>{t("remove.text")}</p>
        </ConfirmDialog>
      ) : null}
    </Page>
  );
}

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
    {
      key: "status",
      header: t("column.status"),
      cell: (it) => (
        <Tag tone={it.status === "active" ? "success" : "info"} icon={it.status === "active" ? IconCircleCheck : IconMail}>
          {t(`status.${it.status}`)}
        </Tag>
      ),
    },
    {
      key: "presence",
      header: t("column.presence"),
      cell: (it) => {
        const there = desk.find((one) => one.id === it.id);
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
