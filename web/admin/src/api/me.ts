/** Who is signed in, and what that person may do. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, body, type Schemas } from "./client.ts";
import { problemIn } from "./problem.ts";

export type Me = Schemas["Me"];
export type Permission = Schemas["Permission"];

/** Null when nobody is signed in. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  staleTime: 60_000,
  retry: false,
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await body(api.GET("/api/v1/admin/me", { signal }));
    } catch (error) {
      if (problemIn(error)?.status === 401) return null;
      throw error;
    }
  },
});

/** Who is signed in. Only for what is drawn inside the shell, where somebody always is. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error("nobody is signed in: this belongs inside the shell");
  return data;
}

/** Whether the one who is signed in may do this. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useMe();
  return (permission) => permissions.includes(permission);
}
