/** Chat logs: sessions, past and running, with everything that was said in them. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body, type Schemas } from "./client.ts";

export type ChatLogItem = Schemas["ChatLogItem"];
export type SessionStatus = Schemas["SessionStatus"];
export type Message = Schemas["Message"];

const readChatLog = (session_id: string, signal: AbortSignal) =>
  body(api.GET("/api/v1/chat_logs/{session_id}", { params: { path: { session_id } }, signal }));
export type ChatLog = Awaited<ReturnType<typeof readChatLog>>;

export interface LogFilter {
  function_id?: string;
  user_id?: string;
  external_id?: string;
  agent_id?: string;
  flag?: string;
  status?: SessionStatus;
  /** Days in the workspace's time zone. */
  from?: string;
  to?: string;
  q?: string;
}

export const logsQuery = (filter: LogFilter, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ["logs", "list", filter, limit],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      body(api.GET("/api/v1/chat_logs", { params: { query: { ...filter, limit, cursor: pageParam || undefined } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const chatLogQuery = (id: string) =>
  queryOptions({ queryKey: ["logs", "one", id], queryFn: ({ signal }) => readChatLog(id, signal) });

/** Where a browser downloads what fits the filter from. */
export function exportLogsUrl(filter: LogFilter, format: "csv" | "ndjson"): string {
  const search = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(filter)) if (value) search.set(name, value);
  return `/api/v1/chat_logs/export?${search}`;
}
