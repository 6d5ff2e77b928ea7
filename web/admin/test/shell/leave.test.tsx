/** The way out: one, however many notice that the session is over. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { useLeave } from "../../src/session/useLeave.ts";

const { navigate } = vi.hoisted(() => ({ navigate: vi.fn(async ({ to }: { to: string }) => history.pushState(null, "", `/app${to}`)) }));
vi.mock("@tanstack/react-router", async (original) => ({ ...(await original<object>()), useNavigate: () => navigate }));

afterEach(() => vi.unstubAllGlobals());

it("leaves once, for the reason that was first, also where others hear of the end meanwhile or afterwards", async () => {
  let signedOut = () => {};
  const answer = new Promise<void>((done) => {
    signedOut = done;
  });
  vi.stubGlobal("fetch", async () => {
    await answer;
    return new Response(null, { status: 204 });
  });
  history.pushState(null, "", "/app/users");
  const queries = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
  const menu = renderHook(useLeave, { wrapper }).result.current;
  const guard = renderHook(useLeave, { wrapper }).result.current;
  const asked = menu("asked");
  const meanwhile = guard("ended");
  signedOut();
  await Promise.all([asked, meanwhile]);
  await guard("ended");
  expect(navigate.mock.calls).toEqual([[{ to: "/sign-in", search: { why: undefined, next: undefined } }]]);

  history.pushState(null, "", "/app/logs?status=ended");
  await guard("ended");
  expect(navigate).toHaveBeenLastCalledWith({ to: "/sign-in", search: { why: "ended", next: "/logs?status=ended" } });
});
