/** The boxes of a published version, by name: for whoever sends a chat to one. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

export interface NamedBox {
  id: string;
  title?: string;
}

export const botBoxesQuery = (functionId: string, version: number) =>
  queryOptions({
    queryKey: ["boxes", functionId, version],
    // A version never changes.
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<NamedBox[]> => {
      const path = `/api/v1/admin/bots/${encodeURIComponent(functionId)}/versions/${version}`;
      const { data } = await request<{ document: { boxes?: NamedBox[] } }>("GET", path, { signal });
      return (data.document.boxes ?? []).map(({ id, title }) => ({ id, title }));
    },
  });
