/** The test chat against a server that answers as the contract says: what it sends, what it shows, going back, calls, tests. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BotTest, PreviewRequest, PreviewStep } from "../../src/builder/api.ts";
import { type Builder, BuilderContext } from "../../src/builder/context.ts";
import { Editor } from "../../src/builder/editor/editor.ts";
import { newView } from "../../src/builder/editor/view.ts";
import { Markdown } from "../../src/builder/test_chat/Markdown.tsx";
import { TestChat } from "../../src/builder/test_chat/TestChat.tsx";
import { theme } from "../../src/theme/theme.ts";
import { weatherBot } from "./bot.ts";
import { CATALOGUE } from "./catalogue.ts";

const step = (parts: Partial<PreviewStep>): PreviewStep => ({
  state: null,
  user: { fields: {}, flags: [] },
  messages: [],
  awaiting: null,
  trace: [],
  variables: [],
  call: null,
  events: [],
  transcript_step: [],
  status: "active",
  now: "2026-11-23T17:00:00Z",
  ...parts,
});

let sent: PreviewRequest[];
let answers: PreviewStep[];
let tests: BotTest[];
/** What the next answers wait for. */
let gate: Promise<void>;

beforeEach(() => {
  // Inputs that grow listen for fonts, of which happy-dom knows nothing.
  Object.defineProperty(document, "fonts", { configurable: true, value: new EventTarget() });
  sent = [];
  answers = [];
  tests = [];
  gate = Promise.resolve();
  vi.stubGlobal("fetch", async (path: string, options: RequestInit) => {
    const body = options.body ? JSON.parse(String(options.body)) : undefined;
    const json = (value: unknown) => new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json" } });
    if (path.endsWith("/previews/step")) {
      sent.push(body);
      await gate;
      return json(answers.shift() ?? step({ status: "completed" }));
    }
    if (path.endsWith("/tests/run"))
      return json({
        results: tests.map((it, place) => ({ name: it.name, passed: place === 0, message: place ? "step 2: said otherwise" : undefined })),
      });
    if (path.endsWith("/tests")) {
      if (options.method === "PUT") tests = body.tests;
      return json({ tests });
    }
    return new Response("{}", { status: 404 });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function show(): Builder {
  const editor = new Editor({ functionId: "Weather", catalogue: CATALOGUE, document: weatherBot() });
  const resources = { fields: [], flags: [], goals: [], agents: [], bots: [], endpoints: [] };
  const builder: Builder = { editor, saver: null, view: newView("canvas"), catalogue: CATALOGUE, resources, goTo: vi.fn() };
  render(
    <MantineProvider theme={theme}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <BuilderContext value={builder}>
          <TestChat changes={3} />
        </BuilderContext>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return builder;
}

const GREETED = step({
  state: { at: "ask" },
  messages: [{ text: "Hello there!" }, { text: "How warm is it?" }],
  awaiting: { kind: "weather" },
  trace: [
    { box_id: "hello", title: "Say", conditions: [], link: 0, actions: [] },
    {
      box_id: "ask",
      title: "How warm?",
      conditions: [],
      link: null,
      actions: [{ type: "assign_flag", sentence: "Puts the flag “asked” on the user", data: {} }],
    },
  ],
  user: { fields: {}, flags: ["asked"] },
  transcript_step: [{ bot: "Hello there!" }, { bot: "How warm is it?" }],
});

const HOT = step({
  state: { at: "stop-3" },
  messages: [{ text: "35 is hot." }],
  trace: [
    {
      box_id: "ask",
      title: "How warm?",
      input: "35",
      extracted: { value: 35, text: "35", start: 0, end: 2, confidence: 1 },
      conditions: [{ link: 1, sentence: "the answer is more than 30", held: true }],
      link: 1,
      actions: [],
    },
    { box_id: "stop-3", title: "Stop", conditions: [], link: null, actions: [] },
  ],
  variables: [{ name: "degrees", value: 35, type: "number", scope: "session", changed: true }],
  user: { fields: {}, flags: ["asked"] },
  transcript_step: [{ user: "35" }, { bot: "35 is hot." }],
  status: "completed",
});

async function talk(builder = show()): Promise<{ builder: Builder; user: ReturnType<typeof userEvent.setup> }> {
  const user = userEvent.setup();
  await user.type(await screen.findByRole("textbox", { name: "Reply" }), "35{Enter}");
  await screen.findAllByText("35 is hot.");
  return { builder, user };
}

describe("the test chat", () => {
  it("talks with the draft: sends the document, the state that came back, and what the user has", async () => {
    answers = [GREETED, HOT];
    await talk();
    expect(sent[0]).toMatchObject({
      document: weatherBot(),
      state: null,
      input: { start: true },
      user: { fields: {}, flags: [] },
      external: "ask",
    });
    expect(sent[1]).toMatchObject({ state: { at: "ask" }, input: { text: "35" }, user: { flags: ["asked"] } });
    expect(screen.getByText(/The session is over: completed/)).toBeTruthy();
  });

  it("draws the way over the bot, and shows a step of the trace on it", async () => {
    answers = [GREETED, HOT];
    const { builder, user } = await talk();
    expect(builder.view.getState().path).toEqual({ boxes: ["hello", "ask", "ask", "stop-3"], links: [0, 1], marked: "stop-3" });
    await user.click(screen.getByRole("tab", { name: "Trace" }));
    expect(screen.getByText("the answer is more than 30")).toBeTruthy();
    expect(screen.getByText("Puts the flag “asked” on the user")).toBeTruthy();
    await user.click(screen.getAllByRole("button", { name: "How warm?" })[1] as HTMLElement);
    expect(builder.goTo).toHaveBeenCalledWith("ask", { keepFocus: true });
    expect(builder.view.getState().path?.marked).toBe("ask");
    await user.click(screen.getByRole("tab", { name: "Variables" }));
    expect(screen.getByRole("row", { name: /degrees 35 changed/ })).toBeTruthy();
  });

  it("begins anew at the box that somebody wants to test from", async () => {
    answers = [GREETED, HOT];
    const { builder } = await talk();
    answers = [step({ messages: [{ text: "From here." }], awaiting: { kind: "weather" } })];
    act(() => builder.view.setState({ test: true, testFrom: "ask" }));
    await screen.findAllByText("From here.");
    expect(sent).toHaveLength(3);
    expect(sent[2]).toMatchObject({ state: null, input: { start: true, box_id: "ask" } });
    expect(builder.view.getState().testFrom).toBeNull();
    expect(within(screen.getByRole("log")).queryByText("35 is hot.")).toBeNull();
  });

  it("goes back to before a reply, and goes on from there with the state of then", async () => {
    answers = [GREETED, HOT, step({ state: { at: "hop-4" }, messages: [{ text: "Cool." }], awaiting: { kind: "weather" } })];
    const { user } = await talk();
    await user.click(screen.getByRole("button", { name: "Go back to before “35”" }));
    expect(within(screen.getByRole("log")).queryByText("35 is hot.")).toBeNull();
    await user.type(await screen.findByRole("textbox", { name: "Reply" }), "10{Enter}");
    await screen.findAllByText("Cool.");
    expect(sent[2]).toMatchObject({ state: { at: "ask" }, input: { text: "10" } });
  });

  it("forgets an answer that comes after its turn was taken back", async () => {
    const cool = step({ state: { at: "hop-4" }, messages: [{ text: "Cool." }], awaiting: { kind: "weather" } });
    answers = [GREETED, cool, HOT];
    show();
    const user = userEvent.setup();
    await user.type(await screen.findByRole("textbox", { name: "Reply" }), "10{Enter}");
    await screen.findAllByText("Cool.");
    let letGo = () => {};
    gate = new Promise((done) => {
      letGo = done;
    });
    await user.type(await screen.findByRole("textbox", { name: "Reply" }), "35{Enter}");
    await user.click(screen.getByRole("button", { name: "Go back to before “10”" }));
    await act(async () => letGo());
    expect(sent).toHaveLength(3);
    const log = within(screen.getByRole("log"));
    expect([log.queryByText("35 is hot."), log.queryByText("Cool.")]).toEqual([null, null]);
    // It is this person's turn again.
    expect(await screen.findByRole("textbox", { name: "Reply" })).toBeTruthy();
  });

  it("offers choices, and answers a call with a sample, with a failure, or for real", async () => {
    const call = { method: "POST", url: "https://portal.example/book", headers: [], body: { day: 3 } };
    answers = [
      step({ state: 1, awaiting: { kind: "pick", choices: [{ value: "a", label: "Apple" }] } }),
      step({
        state: 2,
        awaiting: { kind: "api" },
        call,
        trace: [{ box_id: "call", title: "Call", conditions: [], link: null, actions: [] }],
      }),
      step({ state: 3, awaiting: { kind: "api" }, call }),
      step({ state: 4, messages: [{ text: "Booked." }] }),
    ];
    show();
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Apple" }));
    expect(sent[1]?.input).toEqual({ choice: "a" });
    const card = await screen.findByRole("region", { name: "The bot calls an External API" });
    const body = within(card).getByLabelText("Answer (JSON)");
    await user.clear(body);
    await user.click(body);
    await user.paste('{"ok": true}');
    await user.click(within(card).getByRole("button", { name: "Answer with this" }));
    expect(sent[2]?.input).toEqual({ api_reply: { status: 200, body: { ok: true } } });
    await user.click(await screen.findByRole("button", { name: "Call for real" }));
    // The same input again, from the state before it, with the server making the call.
    expect(sent[3]).toMatchObject({ state: 2, input: { api_reply: { status: 200 } }, external: "live" });
    await screen.findAllByText("Booked.");
  });

  it("pretends another time and another user from a restart on", async () => {
    answers = [GREETED, GREETED];
    show();
    const user = userEvent.setup();
    await screen.findByRole("textbox", { name: "Reply" });
    await user.click(screen.getByRole("button", { name: "Who, when, and calls" }));
    const clock = screen.getByLabelText("Pretend it is");
    await user.click(clock);
    await user.type(clock, "2026-11-29T03:00");
    const fields = screen.getByLabelText("User fields (JSON)");
    await user.clear(fields);
    await user.click(fields);
    await user.paste('{"user_fname": "Ana"}');
    await user.click(screen.getByText("For real"));
    await user.click(screen.getByRole("button", { name: "Restart with this" }));
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(sent[1]).toMatchObject({
      state: null,
      user: { fields: { user_fname: "Ana" } },
      external: "live",
      now: new Date("2026-11-29T03:00").toISOString(),
    });
  });

  it("begins at the selected box", async () => {
    answers = [GREETED, HOT];
    const builder = show();
    const user = userEvent.setup();
    await screen.findByRole("textbox", { name: "Reply" });
    builder.editor.activate("stop-3");
    await user.click(screen.getByRole("button", { name: "From the selected box" }));
    await vi.waitFor(() => expect(sent[1]?.input).toEqual({ start: true, box_id: "stop-3" }));
  });

  it("saves the conversation as a test, and runs all tests on the draft", async () => {
    answers = [GREETED, HOT];
    tests = [{ name: "Old one", steps: [] }];
    const { user } = await talk();
    await user.click(screen.getByRole("tab", { name: "Tests" }));
    await user.type(await screen.findByLabelText("Save this conversation as a test"), "Hot weather");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await vi.waitFor(() => expect(tests).toHaveLength(2));
    expect(tests[1]).toEqual({
      name: "Hot weather",
      now: "2026-11-23T17:00:00Z",
      steps: [{ bot: "Hello there!" }, { bot: "How warm is it?" }, { user: "35" }, { bot: "35 is hot." }],
    });
    await user.click(await screen.findByRole("button", { name: "Run 2 tests" }));
    expect(await screen.findByText("1 of 2 passed")).toBeTruthy();
    expect(screen.getByText("step 2: said otherwise")).toBeTruthy();
  });
});

describe("what a bot says", () => {
  it("may be bold, italic, a link or a list, and nothing that runs", () => {
    render(
      <Markdown
        text={"**Bold** and *so*, [here](https://a.example).\n\n- one\n- two\n\n<img src=x onerror=alert(1)> [bad](javascript:alert(1))"}
      />,
    );
    expect(screen.getByText("Bold").tagName).toBe("STRONG");
    expect(screen.getByText("so").tagName).toBe("EM");
    expect(screen.getByRole("link").getAttribute("href")).toBe("https://a.example");
    expect(screen.getAllByRole("listitem")).toHaveLength(2);
    expect(document.querySelector("img")).toBeNull();
  });
});
