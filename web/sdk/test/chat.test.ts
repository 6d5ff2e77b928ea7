/** The SDK against a real server, and against a network that fails on purpose between the two. */
import { expect, inject, test } from "vitest";
import { Chat, type ChatEvent, SmartBotError } from "../src/index.ts";

const { url, botsManagement } = inject("server");

function start(functionId = "ContactUs", send?: typeof fetch): Promise<Chat> {
  const start = { function_id: functionId, user: { external_id: crypto.randomUUID(), fields: { user_fname: "Ana" } } };
  return Chat.start({ baseUrl: url, credential: botsManagement, start, ...(send ? { fetch: send } : {}) });
}

function resume(chat: Chat, send: typeof fetch = fetch, retries = 5): Chat {
  return Chat.resume({ baseUrl: url, sessionId: chat.id, sessionKey: chat.key, fetch: send, retries });
}

async function texts(chat: Chat): Promise<string[]> {
  return (await chat.messages()).map((it) => it.text);
}

/** Lets the server act and loses its answer, as often as `times` says. */
function losing(times: number, what = "/messages"): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, init);
    if (String(input).includes(what) && times > 0) {
      times -= 1;
      await answer.arrayBuffer();
      throw new TypeError("the connection broke");
    }
    return answer;
  };
}

test("a chat is started with a token and goes on with its key", async () => {
  const chat = await start();
  expect(chat.started?.messages[0]?.text).toContain("Hello Ana!");
  expect(chat.started?.awaiting?.kind).toBe("multiple_choice");
  const mine = resume(chat);
  const answer = await mine.send({ choice: "directions" });
  expect(answer.messages.length).toBeGreaterThan(0);
  expect((await mine.state()).status).toBe("active");
  await mine.typing();
  expect((await mine.handOff("billing")).session.status).toBe("waiting_for_agent");
  expect((await mine.end()).session.status).toBe("ended");
  await expect(mine.send({ text: "too late" })).rejects.toMatchObject({ status: 410, code: "session_ended" });
});

test("a message whose answer was lost is said once", async () => {
  const chat = await start();
  const mine = resume(chat, losing(2));
  const answer = await mine.send({ choice: "billing" });
  expect(answer.session.id).toBe(chat.id);
  expect((await texts(chat)).filter((it) => it === "Bills and insurance" || it === "billing")).toHaveLength(1);
});

test("a start whose answer was lost starts one session", async () => {
  let starts = 0;
  const counting: typeof fetch = async (input, init) => {
    starts += 1;
    return losingStart(input, init);
  };
  const losingStart = losing(1, "/sessions");
  const chat = await start("ContactUs", counting);
  expect(starts).toBe(2);
  expect(await chat.messages()).toHaveLength(chat.started?.messages.length ?? -1);
});

test("what is said in an order arrives in it, also when the first must be repeated", async () => {
  const chat = await start();
  await chat.handOff();
  const mine = resume(chat, losing(2));
  const said = ["one", "two", "three", "four"];
  await Promise.all(said.map((text) => mine.send({ text })));
  expect((await chat.messages()).filter((it) => it.from === "user").map((it) => it.text)).toEqual(said);
});

test("what the server refuses is not sent again", async () => {
  const chat = await start();
  let sent = 0;
  const counting: typeof fetch = (input, init) => {
    sent += 1;
    return fetch(input, init);
  };
  const mine = resume(chat, counting);
  const error: SmartBotError = await mine.send({ text: "x".repeat(5_000) }).then(
    () => expect.unreachable("it was taken"),
    (error) => error,
  );
  expect(error).toBeInstanceOf(SmartBotError);
  expect(error).toMatchObject({ status: 400, code: "invalid_request" });
  expect(error.errors[0]?.pointer).toBe("/text");
  expect(error.requestId).toMatch(/^req_/);
  expect(sent).toBe(1);
});

test("when the server is busy the request waits as long as it says, and gives up at last", async () => {
  const chat = await start();
  let busy = 1;
  const answer = () =>
    Response.json({ code: "overloaded", detail: "Too much work waits." }, { status: 503, headers: { "Retry-After": "1" } });
  const mine = resume(chat, (input, init) => (busy-- > 0 ? Promise.resolve(answer()) : fetch(input, init)));
  const before = Date.now();
  await mine.send({ choice: "other" });
  expect(Date.now() - before).toBeGreaterThanOrEqual(950);
  const never = resume(chat, () => Promise.resolve(answer()), 0);
  await expect(never.send({ text: "hello" })).rejects.toMatchObject({ code: "overloaded" });
  const much = () => Response.json({ code: "overloaded" }, { status: 503, headers: { "Retry-After": "3600" } });
  await expect(resume(chat, () => Promise.resolve(much())).send({ text: "hello" })).rejects.toMatchObject({ status: 503 });
});

test("a wait is ended by its signal", async () => {
  const chat = await start();
  const down = resume(chat, () => Promise.reject(new TypeError("no network")));
  await expect(down.send({ text: "hello" }, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: "TimeoutError" });
});

/** Cuts every stream after so many bytes. */
function cutting(bytes: number, connections: { after: (string | null)[] }): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, init);
    if (!String(input).includes("/stream") || !answer.body) return answer;
    connections.after.push(new Headers(init?.headers).get("last-event-id"));
    let left = bytes;
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.slice(0, left));
        left -= chunk.length;
        if (left <= 0) controller.error(new TypeError("the connection broke"));
      },
    });
    return new Response(answer.body.pipeThrough(cut), answer);
  };
}

test("a stream that breaks again and again tells every message once and in order, and ends with the session", async () => {
  const chat = await start();
  const connections = { after: [] as (string | null)[] };
  const mine = resume(chat, cutting(700, connections));
  const told: ChatEvent[] = [];
  const watching = (async () => {
    for await (const event of mine.stream()) told.push(event);
  })();
  await chat.send({ choice: "directions" });
  await chat.send({ text: "no" });
  await chat.end();
  await watching;
  const seqs = told.flatMap((it) => (it.type === "message" ? [it.message.seq] : []));
  expect(seqs.length).toBeGreaterThan(4);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  expect(connections.after.length).toBeGreaterThan(1);
  expect(connections.after[0]).toBeNull();
  expect(told.at(-1)).toMatchObject({ type: "status", status: "ended" });
});

test("a stream begins after the message that is known, tells of typing, and is left by its signal", async () => {
  const chat = await start();
  const known = chat.started?.messages.length ?? 0;
  const stop = new AbortController();
  const told: ChatEvent[] = [];
  for await (const event of resume(chat).stream({ afterSeq: known, signal: stop.signal })) {
    told.push(event);
    if (event.type === "status") await chat.typing();
    if (event.type === "typing") stop.abort();
  }
  expect(told.filter((it) => it.type === "message")).toHaveLength(0);
  expect(told.at(-1)).toEqual({ type: "typing", from: "user" });
});

test("a stream that may not be opened says why", async () => {
  const chat = await start();
  const other = await start();
  const strange = Chat.resume({ baseUrl: url, sessionId: chat.id, sessionKey: other.key });
  await expect(strange.stream().next()).rejects.toMatchObject({ status: 401, code: "token_invalid" });
});
