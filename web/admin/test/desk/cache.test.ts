/** What was read of the desk stays right while the stream tells of more, whatever comes first. */
import { type InfiniteData, QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type DeskChat, type DeskPage, deskListQuery } from "../../src/api/desk.ts";
import { deskChatQuery, takeMessage, takeSession } from "../../src/desk/cache.ts";
import { useLive } from "../../src/desk/live.ts";
import { forgetAll } from "../../src/session/leaving.ts";
import { chat, ME, message, whole } from "./chats.ts";

/** How many messages of the chat the server has; each reading is answered when it is let go. */
let stored: number;
let readings: (() => void)[];
let queries: QueryClient;

const withLast = (seq: number) => chat("ses_1", { session: { last_seq: seq } });
const answer = () =>
  new Response(
    JSON.stringify(
      whole(
        withLast(stored),
        Array.from({ length: stored }, (_, at) => message(at + 1)),
      ),
    ),
    {
      headers: { "Content-Type": "application/json" },
    },
  );

beforeEach(() => {
  stored = 2;
  readings = [];
  queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  vi.stubGlobal("fetch", () => {
    // What a reading tells is what was there when it arrived.
    const told = answer();
    return new Promise<Response>((done) => readings.push(() => done(told)));
  });
});
afterEach(() => {
  forgetAll();
  queries.clear();
  vi.unstubAllGlobals();
});

const query = deskChatQuery("ses_1");
const seqs = () => queries.getQueryData<DeskChat>(query.queryKey)?.messages.map((it) => it.seq);
const next = async (count: number) => {
  await vi.waitFor(() => expect(readings).toHaveLength(count));
  readings[count - 1]?.();
};

describe("a chat", () => {
  it("is read again when something was said while it was read", async () => {
    const reading = queries.fetchQuery(query);
    await vi.waitFor(() => expect(readings).toHaveLength(1));
    stored = 3;
    takeMessage(queries, "ses_1", message(3));
    readings[0]?.();
    await next(2);
    await reading;
    expect(seqs()).toEqual([1, 2, 3]);
  });
  it("grows by what is told, once each", async () => {
    const reading = queries.fetchQuery(query);
    await next(1);
    await reading;
    takeMessage(queries, "ses_1", message(3));
    takeMessage(queries, "ses_1", message(3));
    expect(seqs()).toEqual([1, 2, 3]);
    expect(readings).toHaveLength(1);
  });
  it("of which something is missing is read again", async () => {
    const reading = queries.fetchQuery(query);
    await next(1);
    await reading;
    stored = 4;
    const watching = queries.getQueryCache().find({ queryKey: query.queryKey });
    takeMessage(queries, "ses_1", message(4));
    expect(watching?.state.isInvalidated).toBe(true);
    const again = queries.fetchQuery({ ...query, staleTime: 0 });
    await next(2);
    await again;
    expect(seqs()).toEqual([1, 2, 3, 4]);
  });
});

describe("a chat that is taken over", () => {
  it("goes from one list to the other, and is told of as one's own", () => {
    const list = (name: "needs_person" | "mine") => deskListQuery({ list: name }).queryKey;
    const waits = chat("ses_1", { status: "waiting_for_agent", waiting_since: "2026-11-26T14:00:00.000Z" });
    queries.setQueryData(list("needs_person"), { pages: [{ data: [waits] }], pageParams: [""] });
    queries.setQueryData(list("mine"), { pages: [{ data: [] }], pageParams: [""] });
    takeSession(queries, ME, chat("ses_1", { status: "with_agent", agent: { id: ME, name: "Dana" }, unread: true }));
    const idsIn = (name: "needs_person" | "mine") =>
      queries.getQueryData<InfiniteData<DeskPage>>(list(name))?.pages.flatMap((page) => page.data.map((it) => it.session.id));
    expect(idsIn("needs_person")).toEqual([]);
    expect(idsIn("mine")).toEqual(["ses_1"]);
    expect(useLive.getState().unread).toEqual({ ses_1: true });
  });
});
