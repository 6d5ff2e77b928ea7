import { expect, it } from "vitest";
import { readBotFile, readBotText } from "./readBotFile.ts";

const bot = { format: "smartbot/1", function_id: "Refill", name: "Refill", boxes: [] };

it("reads a bot", () => {
  expect(readBotText(JSON.stringify(bot))).toEqual({ kind: "bot", document: bot });
});

it.each([
  ["no JSON at all", "not_json"],
  ["[]", "no_bot"],
  ["null", "no_bot"],
  ['{"name":"x"}', "no_bot"],
])("refuses %s", (text, why) => {
  expect(readBotText(text)).toEqual({ kind: "refused", why });
});

it("does not even read what is too large", async () => {
  const large = new File(["x".repeat(1_000_001)], "large.json");
  large.text = () => Promise.reject(new Error("it was read"));
  expect(await readBotFile(large)).toEqual({ kind: "refused", why: "too_large" });
});
