import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { arrived, deliverAll, discard, HOLD_MS, say, sayAgain, settled, takeBack, useOutbox } from "../../src/desk/outbox.ts";
import { finishAll, forgetAll } from "../../src/session/leaving.ts";

/** What arrived at the server, and what it answers from now on. */
let got: { chat: string; text: string; id: string; keepalive: boolean }[];
let answer: () => Response;

const ok = () => new Response("{}", { headers: { "Content-Type": "application/json" } });
const refusal = (status: number, code: string) => () =>
  new Response(JSON.stringify({ status, code, title: "", detail: "" }), {
    status,
    headers: { "Content-Type": "application/problem+json" },
  });

beforeEach(() => {
  vi.useFakeTimers();
  got = [];
  answer = ok;
  vi.stubGlobal("fetch", async (path: string, { body, keepalive }: { body: string; keepalive: boolean }) => {
    const { text, client_message_id: id } = JSON.parse(body);
    got.push({ chat: path.split("/")[5] ?? "", text, id, keepalive });
    return answer();
  });
});
afterEach(() => {
  forgetAll();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);
const states = () => useOutbox.getState().pending.map((it) => `${it.text} ${it.state}`);
const speak = (text: string, chat = "ses_1") => say(chat, { text }, { text });

describe("what an agent says", () => {
  it("goes out in its order and stays on the screen until the chat tells it", async () => {
    speak("one");
    speak("two");
    expect(states()).toEqual(["one sending", "two waiting"]);
    await settle();
    expect(got.map((it) => it.text)).toEqual(["one", "two"]);
    expect(states()).toEqual(["one sent", "two sent"]);
    arrived(new Set([got[0]?.id ?? ""]));
    expect(states()).toEqual(["two sent"]);
  });
  it("is kept while the server is away, and goes out once under one id when it is back", async () => {
    answer = refusal(503, "unavailable");
    speak("one");
    speak("two");
    await settle();
    expect(states()).toEqual(["one waiting", "two waiting"]);
    answer = ok;
    deliverAll();
    await settle();
    expect(states()).toEqual(["one sent", "two sent"]);
    expect(got.map((it) => it.text)).toEqual(["one", "one", "two"]);
    expect(got[0]?.id).toBe(got[1]?.id);
  });
  it("is tried again after a while by itself", async () => {
    answer = refusal(503, "unavailable");
    speak("one");
    await settle();
    answer = ok;
    await vi.advanceTimersByTimeAsync(11_000);
    expect(states()).toEqual(["one sent"]);
  });
  it("that is refused says so, and does not hold up what comes after it", async () => {
    answer = refusal(409, "taken");
    speak("one");
    await settle();
    expect(states()).toEqual(["one refused"]);
    expect(useOutbox.getState().pending[0]?.problem?.code).toBe("taken");
    answer = ok;
    speak("two");
    await settle();
    expect(states()).toEqual(["one refused", "two sent"]);
    sayAgain(useOutbox.getState().pending[0]?.id ?? "");
    await settle();
    expect(states()).toEqual(["one sent", "two sent"]);
  });
  it("that is refused can be thrown away, and what is on its way cannot", async () => {
    answer = refusal(409, "taken");
    speak("one");
    await settle();
    discard(useOutbox.getState().pending[0]?.id ?? "");
    expect(states()).toEqual([]);
    answer = ok;
    speak("two");
    discard(useOutbox.getState().pending[0]?.id ?? "");
    expect(states()).toEqual(["two sending"]);
    await settle();
  });
  it("in one chat does not wait for another", async () => {
    answer = refusal(503, "unavailable");
    speak("stuck", "ses_1");
    await settle();
    answer = ok;
    speak("free", "ses_2");
    await settle();
    expect(got.at(-1)).toMatchObject({ chat: "ses_2", text: "free" });
  });
});

describe("what is held back", () => {
  const hold = (text: string, chat = "ses_1") => say(chat, { text }, { text }, true);
  const texts = () => got.map((it) => it.text);

  it("goes out by itself after a while, and once", async () => {
    hold("one");
    await vi.advanceTimersByTimeAsync(HOLD_MS - 1);
    expect(texts()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(texts()).toEqual(["one"]);
    await vi.advanceTimersByTimeAsync(HOLD_MS);
    expect(texts()).toEqual(["one"]);
  });
  it("can be taken back until then, and not after it", async () => {
    hold("one");
    const id = useOutbox.getState().pending[0]?.id ?? "";
    expect(takeBack(id)).toBe("one");
    expect(states()).toEqual([]);
    hold("two");
    const late = useOutbox.getState().pending[0]?.id ?? "";
    await vi.advanceTimersByTimeAsync(HOLD_MS);
    expect(takeBack(late)).toBeNull();
    expect(texts()).toEqual(["two"]);
  });
  it("goes out before what is said after it", async () => {
    hold("one");
    hold("two");
    await settle();
    expect(texts()).toEqual(["one"]);
    expect(states()).toEqual(["one sent", "two held"]);
    speak("three");
    await settle();
    expect(texts()).toEqual(["one", "two", "three"]);
  });
  it("goes out before something is done with the chat, and leaves other chats alone", async () => {
    hold("one");
    hold("other", "ses_2");
    await settled("ses_1");
    expect(states()).toEqual(["one sent", "other held"]);
  });
  it("goes out before somebody signs out", async () => {
    hold("one");
    await finishAll("asked");
    expect(states()).toEqual(["one sent"]);
  });
  it("goes out by a call that outlives the page when that is left", async () => {
    hold("one");
    dispatchEvent(new Event("pagehide"));
    await settle();
    expect(got).toMatchObject([{ text: "one", keepalive: true }]);
    await vi.advanceTimersByTimeAsync(HOLD_MS);
    expect(got).toHaveLength(1);
  });
});
