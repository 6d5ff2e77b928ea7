import type { Message } from "@smartbot/sdk";
import { expect, test } from "vitest";
import { spoken } from "../src/chat/speech.ts";
import { en } from "../src/i18n/en.ts";

const line = (from: Message["from"], text: string, more: Partial<Message> = {}) =>
  ({ id: "", seq: 1, from, kind: "text", text, at: "", ...more }) as Message;

test("a turn is said in one go, with the name once and the choices at the end", () => {
  const awaiting = {
    kind: "multiple_choice",
    choices: [
      { value: "a", label: "New visit" },
      { value: "b", label: "Refill" },
    ],
  };
  expect(spoken([line("bot", "**Hello!**"), line("bot", "What is it about?")], awaiting, null, en)).toBe(
    "Assistant: Hello! What is it about? 2 choices: New visit, Refill.",
  );
});

test("the visitor's own words are not said back", () => {
  expect(spoken([line("user", "hi")], null, null, en)).toBe("");
  expect(spoken([line("user", "hi"), line("bot", "Good day")], null, null, en)).toBe("Assistant: Good day.");
});

test("an agent has a name, and what the system tells has none", () => {
  const all = [line("system", "Dana joined", { kind: "event" }), line("agent", "How can I help?")];
  expect(spoken(all, { kind: "agent" }, "Dana", en)).toBe("Dana joined. Dana: How can I help?");
});

test("a picture is told by its description", () => {
  const media = { type: "image", url: "https://a.example/x.png", alt: "A map of the house" };
  expect(spoken([line("bot", "You find us here.", { kind: "media", media } as unknown as Partial<Message>)], null, null, en)).toBe(
    "Assistant: Picture: A map of the house You find us here.",
  );
});
