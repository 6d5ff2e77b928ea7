/** The members of the workspace. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { request, type Schemas } from "./client.ts";
import { useMay, useMe } from "./me.ts";

export type Agent = Schemas["Agent"];
export type AddedAgent = Schemas["AddedAgent"];

const AGENTS = "/api/v1/agents";

/** All of them: a workspace has tens, not thousands. */
export const agentsQuery = queryOptions({
  queryKey: ["agents"],
  staleTime: 60_000,
  queryFn: async ({ signal }) => {
    const all: Agent[] = [];
    let cursor: string | null | undefined = "";
    do {
      const search: string = cursor ? `?limit=200&cursor=${encodeURIComponent(cursor)}` : "?limit=200";
      const { data }: { data: Schemas["Page_Agent"] } = await request<Schemas["Page_Agent"]>("GET", AGENTS + search, { signal });
      all.push(...data.data);
      cursor = data.next_cursor;
    } while (cursor);
    return all;
  },
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
