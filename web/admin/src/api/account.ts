/** What people see and change of themselves. */
import { queryOptions } from "@tanstack/react-query";
import { api, body, type Schemas } from "./client.ts";

export type BrowserSession = Schemas["BrowserSession"];

export const browserSessionsQuery = queryOptions({
  queryKey: ["browser-sessions"],
  queryFn: async ({ signal }) =>
    (await body(api.GET("/api/v1/admin/browser_sessions", { params: { query: { limit: 200 } }, signal }))).data,
});

export const endBrowserSession = async (id: string): Promise<void> => {
  await api.DELETE("/api/v1/admin/browser_sessions/{id}", { params: { path: { id } } });
};

export const changePassword = async (old_password: string, new_password: string): Promise<void> => {
  await api.POST("/api/v1/admin/password", { body: { old_password, new_password } });
};
