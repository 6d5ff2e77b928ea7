import type { Message } from "@smartbot/sdk";
import { describe, expect, test } from "vitest";
import { type Change, type Conversation, EMPTY, hasGap, reduce, refusedAnswer } from "../src/chat/conversation.ts";

function message(seq: number, more: Partial<Message> = {}): Message {
  return { id: `msg_${seq}`, seq, from: "bot", kind: "text", text: `line ${seq}`, at: "2026-11-26T08:00:00.000Z", ...more } as Message;
}

function after(changes: Change[], from: Conversation = { ...EMPTY, phase: "open" }): Conversation {
  return changes.reduce(reduce, from);
}

const seqs = (chat: Conversation) => chat.lines.map((it) => it.seq);
const waiting = (id: string) => ({ id, said: { text: id }, text: id, at: "", state: "sending" as const });

describe("messages", () => {
  test("in any order, and however often, each is shown once and in its place", () => {
    const orders = [
      [1, 2, 3, 4],
      [4, 3, 2, 1],
      [2, 2, 1, 4, 1, 3, 3],
      [3, 1, 4, 1, 2],
    ];
    for (const order of orders) expect(seqs(after(order.map((seq) => ({ type: "message", message: message(seq) }))))).toEqual([1, 2, 3, 4]);
  });

  test("beyond a gap they wait, and the gap is known", () => {
    const chat = after([{ type: "messages", messages: [message(1), message(3), message(4)] }]);
    expect(seqs(chat)).toEqual([1]);
    expect(hasGap(chat)).toBe(true);
    const whole = reduce(chat, { type: "message", message: message(2) });
    expect(seqs(whole)).toEqual([1, 2, 3, 4]);
    expect(whole.held).toEqual([]);
    expect(hasGap(whole)).toBe(false);
  });

  test("what brings nothing new changes nothing", () => {
    const chat = after([{ type: "message", message: message(1) }]);
    expect(reduce(chat, { type: "message", message: message(1) })).toBe(chat);
  });

  test("what the visitor said leaves the pending when the server tells it", () => {
    const chat = after([
      { type: "pending", pending: [waiting("a"), waiting("b")] },
      { type: "message", message: message(1, { from: "user", client_message_id: "a" }) },
    ]);
    expect(chat.pending.map((it) => it.id)).toEqual(["b"]);
    // A list that was made before does not bring it back.
    expect(reduce(chat, { type: "pending", pending: [waiting("a"), waiting("b")] }).pending.map((it) => it.id)).toEqual(["b"]);
  });

  test("a choice keeps its label", () => {
    const pending = [{ ...waiting("a"), text: "A new visit" }];
    expect(after([{ type: "pending", pending }]).saidAs.a).toBe("A new visit");
  });
});

describe("where it stands", () => {
  const status = (lastSeq: number, kind: string): Change => ({ type: "status", status: "active", awaiting: { kind }, lastSeq });

  test("older words about it do not undo newer ones", () => {
    expect(after([status(5, "date"), status(3, "text")]).awaiting?.kind).toBe("date");
    expect(after([status(3, "api"), status(3, "text")]).awaiting?.kind).toBe("text");
  });

  test("the end asks for nothing more", () => {
    const chat = after([status(2, "text"), { type: "status", status: "ended", awaiting: null, lastSeq: 3 }]);
    expect([chat.phase, chat.awaiting]).toEqual(["ended", null]);
  });

  test("what was there before a reload is history", () => {
    const chat = after([
      { type: "resuming", sessionId: "ses_1" },
      { type: "message", message: message(1) },
      { type: "message", message: message(2) },
      status(2, "text"),
      { type: "message", message: message(3) },
      status(3, "text"),
    ]);
    expect(chat.oldSeq).toBe(2);
  });

  test("a bot that has spoken types no more", () => {
    const typing = after([{ type: "typing", from: "bot" }]);
    expect(reduce(typing, { type: "message", message: message(1) }).typing).toBeNull();
    const agent = after([{ type: "typing", from: "agent", name: "Dana" }]);
    expect(agent.agent).toBe("Dana");
    expect(reduce(agent, { type: "message", message: message(1) }).typing).toBe("agent");
  });

  test("a chat that is gone keeps its lines on the screen", () => {
    expect(after([{ type: "message", message: message(1) }, { type: "gone" }]).phase).toBe("ended");
    expect(after([{ type: "gone" }]).phase).toBe("gone");
  });
});

describe("an answer that did not fit", () => {
  const lines = (...all: Message[]) => after([{ type: "messages", messages: all }]);
  const user = message(2, { from: "user", text: "ana at example", box_id: "mail" });

  test("is known by the box that asks again", () => {
    expect(refusedAnswer(lines(message(1, { box_id: "mail" }), user, message(3, { box_id: "mail" })))).toBe("ana at example");
  });

  test("is none when the bot has gone on, or has not answered yet", () => {
    expect(refusedAnswer(lines(message(1, { box_id: "mail" }), user, message(3, { box_id: "phone" })))).toBeNull();
    expect(refusedAnswer(lines(message(1, { box_id: "mail" }), user))).toBeNull();
  });
});
