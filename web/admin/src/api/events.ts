/** The types of events, in the groups in which people look for them. The words for them are in the catalogue, under `events`. */
import type { EventType } from "./webhooks.ts";

/** A type that the server has and that is missing here does not compile. */
const GROUP_OF: Record<EventType, string> = {
  "user.created": "user",
  "user.profile_changed": "user",
  "user.deleted": "user",
  "user.opted_out": "user",
  "flag.assigned": "flag",
  "flag.removed": "flag",
  "session.started": "session",
  "session.ended": "session",
  "session.hand_off_requested": "session",
  "session.agent_joined": "session",
  "session.agent_left": "session",
  "session.transferred": "session",
  "session.missed": "session",
  "message.received": "message",
  "message.sent": "message",
  "box.reached": "bot",
  "box.notify": "bot",
  "goal.reached": "bot",
  "external_api.failed": "bot",
  "session.failed": "bot",
  "bot.published": "bot",
  "agent.login": "agent",
  "agent.logout": "agent",
  "agent.status_changed": "agent",
  "agent.created": "agent",
  "agent.updated": "agent",
  "agent.removed": "agent",
  "schedule.triggered": "automation",
  "sms.failed": "automation",
  "webhook.test": "endpoint",
  "webhook.failing": "endpoint",
  "webhook.disabled": "endpoint",
};

const isEventType = (name: string): name is EventType => name in GROUP_OF;

/** All types, group by group. */
export const EVENT_TYPES: readonly EventType[] = Object.keys(GROUP_OF).filter(isEventType);

export interface EventGroup {
  name: string;
  types: EventType[];
}

export const EVENT_GROUPS: readonly EventGroup[] = [...new Set(Object.values(GROUP_OF))].map((name) => ({
  name,
  types: EVENT_TYPES.filter((type) => GROUP_OF[type] === name),
}));

/** The types that “all” does not include: they carry chat text, so one names them. */
export const NAMED_ONLY: readonly EventType[] = ["message.received", "message.sent"];
