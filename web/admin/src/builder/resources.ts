/** What of the workspace boxes can name: fields, flags, goals, agents, bots. Suggestions only: a bot may name what is not there yet. */
import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { request } from "../api/client.ts";
import { type BoxType, Catalogue } from "./catalogue/catalogue.ts";
import type { Schema } from "./catalogue/schema.ts";

export interface WorkspaceField {
  name: string;
  type: string;
  sensitive?: boolean;
}

export interface Resources {
  fields: WorkspaceField[];
  flags: string[];
  goals: string[];
  agents: { id: string; name: string; email: string }[];
  bots: { function_id: string; name: string }[];
  /** Addresses of webhook endpoints that are switched on; null while that is not known, or not to be seen. */
  endpoints: string[] | null;
}

const HOUR = 3_600_000;

/** The box catalogue and the schema of bots. They change with the program only. */
export const catalogueQuery = queryOptions({
  queryKey: ["box-catalogue"],
  staleTime: HOUR,
  queryFn: async ({ signal }): Promise<Catalogue> => {
    const [boxes, bot] = await Promise.all([
      request<BoxType[]>("GET", "/schemas/boxes.json", { signal }),
      request<Schema>("GET", "/schemas/bot.json", { signal }),
    ]);
    return new Catalogue(boxes.data, bot.data);
  },
});

interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** All of a list, as far as it is worth suggesting. */
async function list<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = "";
  for (let page = 0; cursor !== null && page < 5; page += 1) {
    const query: string = `${path}${path.includes("?") ? "&" : "?"}limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
    const answer: Page<T> = (await request<Page<T>>("GET", query, { signal })).data;
    all.push(...answer.data);
    cursor = answer.next_cursor;
  }
  return all;
}

function listQuery<T>(path: string) {
  return queryOptions({
    queryKey: ["builder-list", path],
    staleTime: 60_000,
    // Whoever may not see a list gets no suggestions from it; that is no failure of the builder.
    retry: false,
    throwOnError: false,
    queryFn: ({ signal }): Promise<T[]> => list<T>(path, signal),
  });
}

export function useResources(): Resources {
  const [fields, flags, goals, agents, bots] = useQueries({
    queries: [
      listQuery<WorkspaceField>("/api/v1/fields"),
      listQuery<{ name: string }>("/api/v1/flags"),
      listQuery<{ name: string }>("/api/v1/goals"),
      listQuery<{ id: string; name: string; email: string }>("/api/v1/agents"),
      listQuery<{ function_id: string; name: string }>("/api/v1/admin/bots"),
    ],
  });
  const endpoints = useQuery(listQuery<{ url: string; state: string }>("/api/v1/admin/webhook_endpoints"));
  return useMemo(
    () => ({
      fields: fields.data ?? [],
      flags: (flags.data ?? []).map((it) => it.name),
      goals: (goals.data ?? []).map((it) => it.name),
      agents: agents.data ?? [],
      bots: bots.data ?? [],
      endpoints: endpoints.data ? endpoints.data.filter((it) => it.state !== "disabled").map((it) => it.url) : null,
    }),
    [fields.data, flags.data, goals.data, agents.data, bots.data, endpoints.data],
  );
}

/** What an agent is called, for those who may know; otherwise nothing. */
export function agentName(resources: Resources, id: string | null | undefined): string | undefined {
  return id ? resources.agents.find((it) => it.id === id)?.name : undefined;
}
