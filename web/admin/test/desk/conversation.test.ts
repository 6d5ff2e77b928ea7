import { describe, expect, it } from "vitest";
import { hasGap, wholeUntil, withMessage } from "../../src/desk/conversation.ts";
import { chat, message, whole } from "./chats.ts";

describe("a conversation", () => {
  const two = whole(chat("a", { session: { last_seq: 2 } }), [message(1), message(2)]);
  it("has each message once, however often it is told", () => {
    expect(withMessage(two, message(2, { text: "told again" }))).toBe(two);
  });
  it("has messages in their order, whenever they come", () => {
    const late = withMessage(withMessage(two, message(4)), message(3));
    expect(late.messages.map((it) => it.seq)).toEqual([1, 2, 3, 4]);
  });
  it("knows that something is missing", () => {
    expect(hasGap(two, 2)).toBe(false);
    expect(hasGap(two, 3)).toBe(true);
    expect(hasGap(withMessage(two, message(4)), 4)).toBe(true);
    expect(wholeUntil(withMessage(two, message(4)).messages)).toBe(2);
  });
});
