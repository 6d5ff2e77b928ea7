/** Where an agent writes: what goes to the visitor, what to colleagues, and that the one is never taken for the other. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useRef, useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Me, MeContext } from "../../src/api/me.ts";
import type { Mode } from "../../src/desk/drafts.ts";
import { useOutbox } from "../../src/desk/outbox.ts";
import { Composer } from "../../src/screens/chats/Composer.tsx";
import { forgetAll } from "../../src/session/leaving.ts";
import { usePreferences } from "../../src/shell/preferences.ts";
import { theme } from "../../src/theme/theme.ts";
import { chat, ME, whole } from "./chats.ts";

let sent: { path: string; text: string; mentions?: string[] }[];
/** What the answer to a note waits for. */
let noting: Promise<void>;

beforeEach(() => {
  Object.defineProperty(document, "fonts", { configurable: true, value: new EventTarget() });
  sent = [];
  noting = Promise.resolve();
  usePreferences.setState({ enterSends: true, undoSend: false });
  vi.stubGlobal("fetch", async (path: string, { body }: { body: string | null }) => {
    const { text, mentions } = body ? JSON.parse(body) : {};
    if (text !== undefined) sent.push({ path: path.split("/").at(-1) ?? "", text, ...(mentions ? { mentions } : {}) });
    if (path.endsWith("/notes")) await noting;
    const replies = [{ id: "cnr_1", name: "opening hours", text: "From 8 to 17, {user_fname}.", language: null, is_personal: false }];
    const agents = [
      { id: ME, name: "Dana", status: "online", chats: 1, capacity: 5, limited_to_flags: [] },
      { id: "agt_lee", name: "Lee Wong", status: "away", chats: 0, capacity: 5, limited_to_flags: [] },
      { id: "agt_mia", name: "Mia Lee", status: "online", chats: 0, capacity: 5, limited_to_flags: ["billing"] },
    ];
    const answer = path.endsWith("canned_replies?limit=200") ? { data: replies, next_cursor: null } : { data: agents };
    return new Response(JSON.stringify(answer), { headers: { "Content-Type": "application/json" } });
  });
});
afterEach(() => {
  forgetAll();
  vi.unstubAllGlobals();
});

const me = {
  agent: { id: ME, name: "Dana", email: "dana@clinic.example", role: "agent" },
  permissions: ["view_chats", "answer_chats"],
} as unknown as Me;

function Desk({ isMine }: { isMine: boolean }) {
  const [mode, setMode] = useState<Mode>(isMine ? "reply" : "note");
  const text = useRef<HTMLTextAreaElement>(null);
  const head = chat("ses_1", isMine ? { status: "with_agent", agent: { id: ME, name: "Dana" } } : {});
  head.user.fields = { user_fname: "Ana" };
  return <Composer chat={whole(head, [])} mode={mode} isMine={isMine} onMode={setMode} text={text} />;
}

function show(isMine: boolean) {
  render(
    <MantineProvider theme={theme}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <MeContext value={me}>
          <Desk isMine={isMine} />
        </MeContext>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return userEvent.setup();
}

const area = () => screen.getByRole<HTMLTextAreaElement>("textbox");

describe("a chat that a bot has", () => {
  it("takes notes only", async () => {
    const user = show(false);
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Reply" }).disabled).toBe(true);
    await user.type(area(), "called before{Enter}");
    await waitFor(() => expect(sent).toEqual([{ path: "notes", text: "called before" }]));
    await waitFor(() => expect(area().value).toBe(""));
  });
});

describe("a chat of one's own", () => {
  it("sends by Enter, and begins a line by Shift and Enter", async () => {
    const user = show(true);
    await user.type(area(), "Hello{Shift>}{Enter}{/Shift}Ana{Enter}");
    await waitFor(() => expect(sent.at(-1)).toEqual({ path: "messages", text: "Hello\nAna" }));
    expect(area().value).toBe("");
  });
  it("keeps reply and note apart, and says on the button where the words go", async () => {
    const user = show(true);
    await user.type(area(), "for the visitor");
    await user.click(screen.getByRole("button", { name: "Private note" }));
    expect(area().value).toBe("");
    expect(screen.queryByRole("button", { name: "Send to visitor" })).toBeNull();
    await user.type(area(), "for colleagues");
    await user.click(screen.getByRole("button", { name: "Add note" }));
    await waitFor(() => expect(sent).toEqual([{ path: "notes", text: "for colleagues" }]));
    await user.click(screen.getByRole("button", { name: "Reply" }));
    expect(area().value).toBe("for the visitor");
  });
  it("takes a note that has arrived out of the note alone, and only what was sent of it", async () => {
    let arrive = () => {};
    noting = new Promise((done) => {
      arrive = done;
    });
    const user = show(true);
    await user.click(screen.getByRole("button", { name: "Private note" }));
    await user.type(area(), "for colleagues{Enter}");
    await user.type(area(), " and more");
    await user.click(screen.getByRole("button", { name: "Reply" }));
    await user.type(area(), "for the visitor");
    arrive();
    await user.click(screen.getByRole("button", { name: "Private note" }));
    await waitFor(() => expect(area().value).toBe("and more"));
    await user.click(screen.getByRole("button", { name: "Reply" }));
    expect(area().value).toBe("for the visitor");
    await user.type(area(), "{Enter}");
    await waitFor(() => expect(sent.at(-1)).toEqual({ path: "messages", text: "for the visitor" }));
  });
  it("says a reply also while a note is on its way", async () => {
    noting = new Promise(() => {});
    const user = show(true);
    await user.click(screen.getByRole("button", { name: "Private note" }));
    await user.type(area(), "for colleagues{Enter}");
    await user.click(screen.getByRole("button", { name: "Reply" }));
    await user.type(area(), "for the visitor{Enter}");
    await waitFor(() => expect(sent.at(-1)).toEqual({ path: "messages", text: "for the visitor" }));
  });
  it("puts a canned reply in where the slash stands, filled in, and sends nothing by that", async () => {
    const user = show(true);
    await user.type(area(), "Hello, /hou");
    await screen.findByRole("option", { name: /opening hours/ });
    await user.keyboard("{Enter}");
    expect(area().value).toBe("Hello, From 8 to 17, Ana.");
    expect(sent.filter((it) => it.path === "messages")).toEqual([]);
    expect(screen.queryByRole("listbox")).toBeNull();
  });
  it("leaves the caret behind what was put in, for the very next key", async () => {
    const user = show(true);
    await user.type(area(), " Bye");
    await user.type(area(), "/hou", { initialSelectionStart: 0, initialSelectionEnd: 0 });
    await screen.findByRole("option", { name: /opening hours/ });
    fireEvent.keyDown(area(), { key: "Enter" });
    expect(area().selectionStart).toBe("From 8 to 17, Ana.".length);
    await user.keyboard("!");
    expect(area().value).toBe("From 8 to 17, Ana.! Bye");
  });
  it("sends by Shift and Enter where somebody has it the other way round", async () => {
    usePreferences.setState({ enterSends: false });
    const user = show(true);
    await user.type(area(), "Hello{Enter}Ana");
    expect(area().value).toBe("Hello\nAna");
    expect(sent.filter((it) => it.path === "messages")).toEqual([]);
    await user.keyboard("{Shift>}{Enter}{/Shift}");
    await waitFor(() => expect(sent.at(-1)).toEqual({ path: "messages", text: "Hello\nAna" }));
  });
  it("holds a reply back for a while where that is wanted", async () => {
    usePreferences.setState({ undoSend: true });
    const user = show(true);
    await user.type(area(), "Hello{Enter}");
    expect(area().value).toBe("");
    expect(useOutbox.getState().pending).toMatchObject([{ text: "Hello", state: "held" }]);
    expect(sent.filter((it) => it.path === "messages")).toEqual([]);
  });
});

describe("a note", () => {
  it("names colleagues who see the person, and tells those of it who are named", async () => {
    const user = show(false);
    await user.type(area(), "for @le");
    // Mia sees nobody without the flag.
    expect((await screen.findAllByRole("option")).map((it) => it.textContent)).toEqual(["Lee Wong Away"]);
    await user.keyboard("{Enter}please call{Enter}");
    await waitFor(() => expect(sent).toEqual([{ path: "notes", text: "for @Lee Wong please call", mentions: ["agt_lee"] }]));
  });
  it("does not offer colleagues where the visitor reads", async () => {
    const user = show(true);
    await user.type(area(), "for @le");
    expect(screen.queryByRole("listbox")).toBeNull();
  });
});
