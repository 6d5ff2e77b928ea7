import type { components } from "@smartbot/client";

type Schemas = components["schemas"];

export type Answered = Schemas["Answered"];
export type Awaiting = Schemas["Awaiting"];
export type Message = Schemas["Message"];
export type Problem = Schemas["Problem"];
export type Session = Schemas["Session"];
export type SessionState = Schemas["SessionState"];
export type Started = Schemas["Started"];
export type StartBody = Schemas["StartBody"];
/** A file that was uploaded into a session. */
export type StoredFile = Schemas["StoredFile"];
/** What a webhook endpoint receives. */
export type WebhookEvent = Schemas["Envelope"];
