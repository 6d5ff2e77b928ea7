import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { useTyped } from "./useTyped.ts";

afterEach(cleanup);

it("shows what was typed at once, however late the address follows, and what the address says otherwise", () => {
  const keep = vi.fn();
  const { result, rerender } = renderHook(({ kept }) => useTyped(kept, keep), { initialProps: { kept: "" } });
  act(() => result.current[1]("a"));
  act(() => result.current[1]("ab"));
  expect(result.current[0]).toBe("ab");
  expect(keep.mock.calls).toEqual([["a"], ["ab"]]);
  rerender({ kept: "a" });
  expect(result.current[0]).toBe("ab");
  rerender({ kept: "ab" });
  expect(result.current[0]).toBe("ab");
  rerender({ kept: "" });
  expect(result.current[0]).toBe("");
});
