/** Chats for tests of the desk. */
import type { DeskChat, DeskMessage, DeskSession } from "../../src/api/desk.ts";

export const ME = "agt_me";

export function message(seq: number, parts: Partial<DeskMessage> = {}): DeskMessage {
  return { id: `msg_${seq}`, seq, from: "user", kind: "text", text: `line ${seq}`, at: "2026-11-26T14:00:00.000Z", ...parts };
}

/** A chat that a bot has, unless told otherwise. */
export function chat(
  id: string,
  parts: Omit<Partial<DeskSession>, "session"> & { session?: Partial<DeskSession["session"]> } = {},
): DeskSession {
  const status = parts.status ?? "active";
  return {
    user: { id: "usr_1", external_id: "p-17", name: "Ana López", flags: [], fields: {} },
    agent: null,
    last_message: null,
    unread: false,
    waiting_since: null,
    wanted_flag: null,
    offer: null,
    ...parts,
    status,
    session: {
      id,
      function_id: "ContactUs",
      version: 1,
      status,
      user_id: "usr_1",
      medium: "web",
      language: "en",
      last_seq: 0,
      created_at: "2026-11-26T14:00:00.000Z",
      ended_at: null,
      metadata: {},
      ...parts.session,
    },
  };
}

export function whole(head: DeskSession, messages: DeskMessage[]): DeskChat {
  return { ...head, messages, notes: [], trace: [], variables: {}, agents: [], awaiting: null, origins: { flags: {}, fields: {} } };
}
