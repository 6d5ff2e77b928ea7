import { type Answered, type Said, SmartBotError } from "@smartbot/sdk";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Pending } from "../src/chat/conversation.ts";
import { judge, MOST, Outbox } from "../src/chat/outbox.ts";

const ANSWER = { messages: [], awaiting: null, session: {} } as unknown as Answered;
const refusal = (status: number, code: string, seconds: number | null = null) => new SmartBotError(status, { code }, seconds);

/** An outbox whose server does what it is told, in turn; then it takes everything. */
function outbox(...answers: (Error | "ok")[]) {
  const sent: { text: string; id: string }[] = [];
  const seen = { pending: [] as Pending[], ended: 0, paused: [] as (number | null)[], connected: [] as boolean[] };
  let ids = 0;
  const box = new Outbox({
    send: async (said: Said, id) => {
      sent.push({ text: "text" in said ? said.text : "", id });
      const next = answers.shift();
      if (next instanceof Error) throw next;
      return ANSWER;
    },
    changed: (pending) => {
      seen.pending = pending;
    },
    answered: (id) => box.told(id),
    ended: () => {
      seen.ended += 1;
    },
    paused: (until) => seen.paused.push(until),
    connection: (isConnected) => seen.connected.push(isConnected),
    now: () => Date.now(),
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
  });
  return { box, sent, seen };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the outbox", () => {
  test("sends one after the other, in the order in which it was said", async () => {
    const { box, sent, seen } = outbox();
    for (const text of ["a", "b", "c"]) box.push({ text }, text);
    await vi.runAllTimersAsync();
    expect(sent.map((it) => it.text)).toEqual(["a", "b", "c"]);
    expect(seen.pending).toEqual([]);
  });

  test("sends again under the same id when the connection breaks, and lets nothing overtake", async () => {
    const { box, sent, seen } = outbox(new TypeError("broken"), new TypeError("broken"));
    box.push({ text: "a" }, "a");
    box.push({ text: "b" }, "b");
    await vi.runAllTimersAsync();
    expect(sent.map((it) => it.text)).toEqual(["a", "a", "a", "b"]);
    expect(new Set(sent.slice(0, 3).map((it) => it.id)).size).toBe(1);
    expect(seen.connected).toContain(false);
    expect(seen.connected.at(-1)).toBe(true);
  });

  test("goes on at once when the connection is back, without waiting for its timer", async () => {
    const { box, sent } = outbox(new TypeError("broken"));
    box.push({ text: "a" }, "a");
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(1);
    box.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(2);
  });

  test("waits as long as the server says", async () => {
    const { box, sent, seen } = outbox(refusal(429, "too_many_requests", 7));
    box.push({ text: "a" }, "a");
    await vi.advanceTimersByTimeAsync(6_900);
    expect(sent).toHaveLength(1);
    expect(seen.paused[0]).not.toBeNull();
    await vi.advanceTimersByTimeAsync(200);
    expect(sent).toHaveLength(2);
    expect(seen.paused.at(-1)).toBeNull();
  });

  test("keeps what is refused until somebody decides, and lets the rest go on", async () => {
    const { box, sent, seen } = outbox(refusal(422, "invalid_request"));
    box.push({ text: "a" }, "a");
    box.push({ text: "b" }, "b");
    await vi.runAllTimersAsync();
    expect(sent.map((it) => it.text)).toEqual(["a", "b"]);
    expect(seen.pending).toMatchObject([{ text: "a", state: "refused", code: "invalid_request" }]);
    box.retry("id-1");
    await vi.runAllTimersAsync();
    expect(sent.map((it) => it.id)).toEqual(["id-1", "id-2", "id-1"]);
    expect(seen.pending).toEqual([]);
  });

  test("what is refused can be thrown away; what is on its way cannot", async () => {
    const { box, seen } = outbox(refusal(422, "invalid_request"), new TypeError("broken"));
    box.push({ text: "a" }, "a");
    box.push({ text: "b" }, "b");
    await vi.advanceTimersByTimeAsync(0);
    box.drop("id-1");
    box.drop("id-2");
    expect(seen.pending.map((it) => it.id)).toEqual(["id-2"]);
  });

  test("stops when the session has ended", async () => {
    const { box, sent, seen } = outbox(refusal(410, "session_ended"));
    box.push({ text: "a" }, "a");
    box.push({ text: "b" }, "b");
    await vi.runAllTimersAsync();
    expect(sent).toHaveLength(1);
    expect(seen.ended).toBe(1);
    expect(seen.pending.map((it) => it.state)).toEqual(["refused", "refused"]);
  });

  test("has room for as much as one may hope to be heard with", async () => {
    const broken = Array.from({ length: 100 }, () => new TypeError("broken"));
    const { box } = outbox(...broken);
    const taken = Array.from({ length: MOST + 2 }, (_, at) => box.push({ text: String(at) }, ""));
    expect(taken.filter(Boolean)).toHaveLength(MOST);
    box.stop();
  });

  test("forgets what the stream told, also before the answer", async () => {
    const { box, seen } = outbox(new TypeError("broken"));
    box.push({ text: "a" }, "a");
    await vi.advanceTimersByTimeAsync(0);
    box.told("id-1");
    expect(seen.pending).toEqual([]);
    await vi.runAllTimersAsync();
    expect(seen.pending).toEqual([]);
  });
});

test("errors mean what they mean", () => {
  expect(judge(new TypeError("network"))).toEqual({ kind: "again" });
  expect(judge(refusal(503, "busy"))).toEqual({ kind: "again" });
  expect(judge(refusal(409, "request_in_progress"))).toEqual({ kind: "again" });
  expect(judge(refusal(409, "client_message_id_reused"))).toEqual({ kind: "refused", code: "client_message_id_reused" });
  expect(judge(refusal(429, "too_many_requests"))).toEqual({ kind: "pause", seconds: 5 });
});
