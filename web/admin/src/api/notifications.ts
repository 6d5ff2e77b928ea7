/** By what an agent wants to be told, and when not. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";
import type { Day } from "./hours.ts";

/** What bots tell of: a chat has started, a box was reached. */
export const TOLD = ["chat_started", "box_reached"] as const;
export type Told = (typeof TOLD)[number];
export const MEDIA = ["desktop", "email"] as const;
export type Medium = (typeof MEDIA)[number];

export type NotificationChoice = Record<Medium, Record<Told, boolean>> & {
  /** Mails wait until they are over; what is shown makes no sound. */
  quiet_hours: { from: string; to: string; days?: Day[] } | null;
  /** Nothing is told. */
  vacation: { from: string; until: string } | null;
  /** Of these times; the workspace's where it is null. */
  time_zone: string | null;
};

const MINE = "/api/v1/admin/me/notifications";

export const notificationChoiceQuery = queryOptions({
  queryKey: ["notification-choice"],
  queryFn: async ({ signal }) => (await request<NotificationChoice>("GET", MINE, { signal })).data,
});

export const chooseNotifications = async (changes: Partial<NotificationChoice>): Promise<NotificationChoice> =>
  (await request<NotificationChoice>("PATCH", MINE, { body: changes })).data;
