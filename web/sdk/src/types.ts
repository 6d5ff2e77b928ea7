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
export interface StoredFile {
  id: string;
  name: string;
  /** Its media type, found out by its content. */
  type: string;
  /** Its size in bytes. */
  size: number;
}
/** What a webhook endpoint receives. */
export type WebhookEvent = Schemas["Envelope"];
