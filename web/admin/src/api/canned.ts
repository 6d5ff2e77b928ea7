/** Canned replies: texts that agents put into their answers by `/`. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";
import { everything } from "./everything.ts";

export interface CannedReply {
  id: string;
  /** What it is found by after the `/`. */
  name: string;
  text: string;
  /** Null for all languages. */
  language: string | null;
  /** Only its author sees it. */
  is_personal: boolean;
}

export interface CannedWish {
  name: string;
  text: string;
  language: string | null;
  is_personal: boolean;
}

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
