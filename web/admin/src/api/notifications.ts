/** By what an agent wants to be told, and when not. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";
import type { Day } from "./hours.ts";

/** What is told: a chat has started, a box was reached, a colleague names one in a note. */
export const TOLD_OF_CHATS = ["chat_started", "box_reached", "mentioned"] as const;
/** What those who manage webhooks are told: deliveries were given up, an endpoint keeps failing, one was switched off. */
export const TOLD_OF_WEBHOOKS = ["delivery_dead", "endpoint_failing", "endpoint_disabled"] as const;
export type Told = (typeof TOLD_OF_CHATS | typeof TOLD_OF_WEBHOOKS)[number];
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

/** What is wrong with an endpoint. */
export interface EndpointTrouble {
  endpoint_id: string;
  reason: string;
  status: number | null;
  event_type: string | null;
  deliveries: number | null;
}

/** Something that an agent wanted to be told: of a chat, or of an endpoint. */
export interface AgentNotification {
  id: string;
  kind: string;
  session_id: string | null;
  endpoint: EndpointTrouble | null;
  at: string;
}

const LIST = "/api/v1/desk/notifications";

/** What one has not looked at yet, the newest first. */
export const unreadQuery = queryOptions({
  queryKey: ["desk", "notifications"],
  retry: false,
  queryFn: async ({ signal }) =>
    (await request<{ data: AgentNotification[] }>("GET", `${LIST}?unread=true&limit=20`, { signal })).data.data,
});

export const readNotification = async (id: string): Promise<void> => {
  await request("POST", `${LIST}/${encodeURIComponent(id)}/read`, { body: {} });
};

export const readAllNotifications = async (): Promise<void> => {
  await request("POST", `${LIST}/read`, { body: {} });
};
