/** What one was told of: a sentence for each kind, and the way to where it lies. */
import { MantineProvider, Menu } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Me, MeContext } from "../../src/api/me.ts";
import { TOLD_OF_WEBHOOKS } from "../../src/api/notifications.ts";
import { NotificationsPanel } from "../../src/screens/account/NotificationsPanel.tsx";
import { UnreadItems } from "../../src/shell/UnreadItems.tsx";
import { theme } from "../../src/theme/theme.ts";

const { navigate } = vi.hoisted(() => ({ navigate: vi.fn(async () => undefined) }));
vi.mock("@tanstack/react-router", async (original) => ({ ...(await original<object>()), useNavigate: () => navigate }));

const trouble = { endpoint_id: "whk_1", reason: "http_status", status: 500, event_type: "flag.assigned", deliveries: 3 };
const told = { session_id: null, at: "2026-11-26T08:00:00Z" };
const UNREAD = [
  { ...told, id: "ntf_1", kind: "delivery_dead", endpoint: trouble },
  { ...told, id: "ntf_2", kind: "endpoint_failing", endpoint: { ...trouble, reason: "failing", status: null, deliveries: null } },
  {
    ...told,
    id: "ntf_3",
    kind: "endpoint_disabled",
    endpoint: { ...trouble, reason: "gone", status: null, event_type: null, deliveries: null },
  },
  { ...told, id: "ntf_4", kind: "mentioned", session_id: "ses_1", endpoint: null },
];
const CHOICE = {
  desktop: { chat_started: true, box_reached: true, mentioned: true, delivery_dead: true, endpoint_failing: true, endpoint_disabled: true },
  email: { chat_started: true, box_reached: true, mentioned: true, delivery_dead: true, endpoint_failing: true, endpoint_disabled: true },
  quiet_hours: null,
  vacation: null,
  time_zone: null,
};

let calls: { method: string; path: string; body: unknown }[];

beforeEach(() => {
  Object.defineProperty(document, "fonts", { configurable: true, value: new EventTarget() });
  calls = [];
  navigate.mockClear();
  vi.stubGlobal("fetch", async (input: string | Request, options?: RequestInit) => {
    const path = typeof input === "string" ? input : input.url;
    const method = options?.method ?? "GET";
    calls.push({ method, path, body: typeof options?.body === "string" ? JSON.parse(options.body) : null });
    const json = (value: unknown) => new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json" } });
    if (path.includes("webhook_endpoints")) return json({ data: [{ id: "whk_1", url: "https://portal.example/hook/s3cret" }] });
    if (path.endsWith("/me/notifications")) return json(CHOICE);
    return method === "GET" ? json({ data: UNREAD }) : new Response(null, { status: 204 });
  });
});
afterEach(() => vi.unstubAllGlobals());

function show(what: React.ReactNode, permissions: string[]) {
  const me = { agent: { id: "agt_1", name: "Dana", email: "dana@clinic.example", role: "admin" }, permissions } as unknown as Me;
  render(
    <MantineProvider theme={theme}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <MeContext value={me}>{what}</MeContext>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return userEvent.setup();
}

const menu = (
  <Menu opened transitionProps={{ duration: 0 }} withinPortal={false}>
    <Menu.Target>
      <button type="button">Menu</button>
    </Menu.Target>
    <Menu.Dropdown>
      <UnreadItems />
    </Menu.Dropdown>
  </Menu>
);

// The menu has no place in a page without a layout.
const item = (name: RegExp) => screen.findByRole("menuitem", { name, hidden: true });

describe("what one was told of endpoints", () => {
  it("is a sentence with the host, the event, why and how many, and nothing more of the address", async () => {
    show(menu, ["manage_webhooks"]);
    const dead = await item(/Deliveries of a webhook were given up/);
    await waitFor(() => expect(dead.textContent).toContain("portal.example · flag.assigned · HTTP 500 · 3 deliveries"));
    expect((await item(/keeps failing and will be switched off/)).textContent).toContain("it has taken nothing for days");
    expect((await item(/was switched off/)).textContent).toContain("the receiver is gone");
    expect(document.body.textContent).not.toContain("s3cret");
  });
  it("leads to the dead deliveries of the endpoint, and of a chat to the chat", async () => {
    const user = show(menu, ["manage_webhooks"]);
    await user.click(await item(/were given up/));
    expect(navigate).toHaveBeenLastCalledWith({
      to: "/settings/advanced/api-and-webhook/deliveries",
      search: { endpoint: "whk_1", state: "dead", within: "all" },
    });
    await waitFor(() => expect(calls.map((it) => it.path)).toContain("/api/v1/desk/notifications/ntf_1/read"));
    await user.click(await item(/colleague/));
    expect(navigate).toHaveBeenLastCalledWith({ to: "/chats/$sessionId", params: { sessionId: "ses_1" } });
  });
});

describe("whether one is told of endpoints", () => {
  it("is chosen by those who manage webhooks", async () => {
    const user = show(<NotificationsPanel />, ["manage_webhooks"]);
    await user.click(await screen.findByRole("checkbox", { name: "Deliveries of a webhook were given up: E-mail" }));
    await user.click(screen.getByRole("button", { name: "Save" }));
    const email = { ...CHOICE.email, delivery_dead: false };
    await waitFor(() => expect(calls.find((it) => it.method === "PATCH")?.body).toMatchObject({ desktop: CHOICE.desktop, email }));
  });
  it("is no question for others", async () => {
    show(<NotificationsPanel />, ["view_chats"]);
    await screen.findByRole("checkbox", { name: "A chat has started: E-mail" });
    expect(screen.getAllByRole("checkbox")).toHaveLength((Object.keys(CHOICE.email).length - TOLD_OF_WEBHOOKS.length) * 2 + 2);
  });
});
