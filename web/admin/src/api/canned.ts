/** Canned replies: texts that agents put into their answers by `/`. */
import { queryOptions } from "@tanstack/react-query";
import { request, type Schemas } from "./client.ts";
import { everything } from "./everything.ts";

export type CannedReply = Schemas["CannedReplyView"];
export type CannedWish = Schemas["CannedReplyBody"];

const CANNED = "/api/v1/desk/canned_replies";
const at = (id: string): string => `${CANNED}/${encodeURIComponent(id)}`;

export const cannedQuery = queryOptions({
  queryKey: ["canned"],
  staleTime: 60_000,
  queryFn: ({ signal }) => everything<CannedReply>(CANNED, signal),
});

export const createCanned = async (wish: CannedWish): Promise<CannedReply> =>
  (await request<CannedReply>("POST", CANNED, { body: wish })).data;

export const updateCanned = async (id: string, changes: Partial<CannedWish>): Promise<CannedReply> =>
  (await request<CannedReply>("PATCH", at(id), { body: changes })).data;

export const deleteCanned = async (id: string): Promise<void> => {
  await request("DELETE", at(id));
};
