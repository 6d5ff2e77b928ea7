/** The names of secrets for calls of External APIs. Their values never leave the server. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "../../api/client.ts";

export const secretsQuery = queryOptions({
  queryKey: ["secrets"],
  staleTime: 30_000,
  retry: false,
  queryFn: async ({ signal }): Promise<string[]> => {
    const { data } = await request<{ data: ({ name: string } | string)[] }>("GET", "/api/v1/admin/secrets", { signal });
    return data.data.map((it) => (typeof it === "string" ? it : it.name));
  },
});
