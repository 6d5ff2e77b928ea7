/** The stream of the desk: what changes while somebody looks. */
import { alive, parseEvents } from "@smartbot/sdk/sse";
import { openStream } from "./client.ts";
import type { DeskCounts, DeskMessage, DeskSession } from "./desk.ts";
import type { AgentNotification } from "./notifications.ts";

export type DeskEvent =
  | { type: "session"; data: DeskSession }
  | { type: "message"; data: { session_id: string; message: DeskMessage } }
  | { type: "note"; data: { session_id: string } }
  | { type: "typing"; data: { session_id: string; from?: "user" | "agent"; name?: string } }
  | { type: "presence"; data: object }
  | { type: "counts"; data: DeskCounts }
  | { type: "notification"; data: Notification }
  | { type: "reload"; data: object };

/** What an agent wanted to be told. */
export interface Notification extends AgentNotification {
  /** Nobody wants to hear it now: it is listed, and nothing more. */
  quiet?: boolean;
}

const TYPES: readonly DeskEvent["type"][] = ["session", "message", "note", "typing", "presence", "counts", "notification", "reload"];

/** Connects. Resolves once the server has agreed; the events end when the connection does. Nothing is repeated: whoever connects reads all again. */
export async function openDesk(signal: AbortSignal): Promise<AsyncIterable<DeskEvent>> {
  const own = new AbortController();
  const body = await openStream("/api/v1/desk/stream", AbortSignal.any([signal, own.signal]));
  return events(body, own);
}

async function* events(body: ReadableStream<Uint8Array>, connection: AbortController): AsyncGenerator<DeskEvent> {
  try {
    for await (const { event, data } of parseEvents(alive(body, connection))) {
      const type = TYPES.find((it) => it === event);
      // A newer server may tell of more than is known here.
      if (type) yield { type, data: JSON.parse(data) } as DeskEvent;
    }
  } finally {
    connection.abort();
  }
}
