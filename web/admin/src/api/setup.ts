/** The first run: a server without a workspace. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";
import type { Me } from "./me.ts";

export interface SetUp {
  code: string;
  workspace: string;
  time_zone?: string;
  name: string;
  email: string;
  password: string;
}

/** Whether the server waits for its first workspace. */
export const setupQuery = queryOptions({
  queryKey: ["setup"],
  staleTime: 5_000,
  retry: false,
  queryFn: async ({ signal }) => (await request<{ needed: boolean }>("GET", "/api/v1/admin/setup", { signal })).data,
});

/** Makes the workspace and its owner, who is signed in afterwards. */
export async function setUp(wish: SetUp): Promise<Me> {
  return (await request<Me>("POST", "/api/v1/admin/setup", { body: wish })).data;
}
