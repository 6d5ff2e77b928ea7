/** The members of the workspace. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { BrowserSession } from "./account.ts";
import { request, type Schemas } from "./client.ts";
import { everything } from "./everything.ts";
import { useMay, useMe } from "./me.ts";

export type Agent = Schemas["Agent"];
export type AddedAgent = Schemas["AddedAgent"];
export type Invitation = Schemas["Invitation"];

const AGENTS = "/api/v1/agents";

/** All of them: a workspace has tens, not thousands. */
export const agentsQuery = queryOptions({
  queryKey: ["agents"],
  staleTime: 60_000,
  queryFn: ({ signal }) => everything<Agent>(AGENTS, signal),
});

export interface NewAgent {
  email: string;
  name?: string;
  role: Schemas["Role"];
  limited_to_flags: string[];
}

export const inviteAgent = async (agent: NewAgent): Promise<AddedAgent> =>
  (await request<AddedAgent>("POST", AGENTS, { body: agent })).data;

export const updateAgent = async (id: string, changes: Partial<NewAgent>): Promise<Agent> =>
  (await request<Agent>("PATCH", `${AGENTS}/${id}`, { body: changes })).data;

/** Deactivates an agent, or brings one back. */
export const setAgentActive = async (id: string, is_active: boolean): Promise<Agent> =>
  (await request<Agent>("PATCH", `${AGENTS}/${id}`, { body: { is_active } })).data;

/** A new link for an agent who has no password yet; the one before it is void. */
export const inviteAgain = async (id: string): Promise<Invitation> =>
  (await request<Schemas["NewInvitation"]>("POST", `${AGENTS}/${id}/invitation`, { body: {} })).data.invitation;

/** The browsers in which an agent is signed in. */
export const agentBrowsersQuery = (id: string) =>
  queryOptions({
    queryKey: ["agent-browsers", id],
    queryFn: ({ signal }) => everything<BrowserSession>(`${AGENTS}/${id}/browser_sessions`, signal),
  });

/** Signs an agent out of all browsers. */
export const signOutEverywhere = async (id: string): Promise<void> => {
  await request("DELETE", `${AGENTS}/${id}/browser_sessions`);
};

export const removeAgent = async (id: string): Promise<void> => {
  await request("DELETE", `${AGENTS}/${id}`);
};

/** Names whoever did something: an agent by name for those who may see agents, all others by what they are. */
export function useActorNames(): (actor: { kind: string; id?: string | null }) => string {
  const { t } = useTranslation();
  const me = useMe();
  const may = useMay();
  const { data } = useQuery({ ...agentsQuery, enabled: may("manage_agents") });
  return useCallback(
    ({ kind, id }) => {
      if (id === me.agent.id) return t("actors.you");
      const agent = data?.find((it) => it.id === id);
      return agent?.name ?? t(`actors.${kind}`, { defaultValue: kind });
    },
    [t, me.agent.id, data],
  );
}
