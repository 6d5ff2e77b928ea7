/** The people who chat with bots. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body, request, type Schemas } from "./client.ts";

export type User = Schemas["User"];

export interface UserFilter {
  external_id?: string;
  user_phone?: string;
  user_email?: string;
  flag?: string;
  updated_from?: string;
  q?: string;
}

export const usersQuery = (filter: UserFilter) =>
  infiniteQueryOptions({
    queryKey: ["users", "list", filter],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      body(api.GET("/api/v1/users", { params: { query: { ...filter, limit: 50, cursor: pageParam || undefined } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ["users", "one", id],
    queryFn: ({ signal }) => body(api.GET("/api/v1/users/{id}", { params: { path: { id } }, signal })),
  });

export const createUser = (user: { external_id: string | null; fields: Record<string, unknown>; flags: string[] }) =>
  body(api.POST("/api/v1/users", { body: user }));

/** What is absent stays, null removes. Not by the typed client: its document says that both members are needed, which the server does not ask. */
export const updateUser = async (id: string, changes: { external_id?: string | null; fields?: Record<string, unknown> }): Promise<User> =>
  (await request<User>("PATCH", `/api/v1/users/${id}`, { body: changes })).data;

/** Erases the person; counts stay. */
export const eraseUser = async (id: string): Promise<void> => {
  await api.DELETE("/api/v1/users/{id}", { params: { path: { id } } });
};

export const putFlag = async (id: string, flag: string): Promise<void> => {
  await api.PUT("/api/v1/users/{id}/flags/{flag}", { params: { path: { id, flag } } });
};

export const takeFlag = async (id: string, flag: string): Promise<void> => {
  await api.DELETE("/api/v1/users/{id}/flags/{flag}", { params: { path: { id, flag } } });
};
