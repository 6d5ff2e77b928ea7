/** Who is signed in, and what that person may do. */
import { queryOptions } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { api, body, type Schemas } from "./client.ts";
import { problemIn } from "./problem.ts";

export type Me = Schemas["Me"];
export type Permission = Schemas["Permission"];
export type Role = Schemas["Role"];

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

/** Filled by the shell, with whoever was signed in last: until the screen has changed, a session that ended takes nothing away. */
export const MeContext = createContext<Me | null>(null);

/** Who is signed in. Only for what is drawn inside the shell, where somebody always is. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("nobody is signed in: this belongs inside the shell");
  return me;
}

/** Whether the one who is signed in may do this. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useMe();
  return (permission) => permissions.includes(permission);
}
