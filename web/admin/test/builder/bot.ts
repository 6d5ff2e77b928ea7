/** Documents for tests. */
import type { BotDocument } from "../../src/builder/model/document.ts";

export function bot(parts: Partial<BotDocument> = {}): BotDocument {
  return {
    format: "smartbot/1",
    function_id: "Weather",
    name: "Weather",
    type: "flow",
    language: "en",
    start: "",
    boxes: [],
    links: [],
    ...parts,
  };
}

/** hello → ask → (hot → stop-3 | default → hop-4 → ask) */
export function weatherBot(): BotDocument {
  return bot({
    start: "hello",
    fields: [{ name: "degrees", kind: "variable", type: "number" }],
    boxes: [
      { id: "hello", type: "say", text: "Hello {user_fname|there}!" },
      {
        id: "ask",
        type: "weather",
        title: "How warm?",
        text: "How warm is it?",
        mood: "calm",
        save_to: "degrees",
        advanced: { assign_flags: ["asked"] },
      },
      { id: "stop-3", type: "stop", message: "{degrees} is hot." },
      { id: "hop-4", type: "hop", box: "ask" },
    ],
    links: [
      { from: "hello", to: "ask" },
      { from: "ask", to: "stop-3", when: { op: "gt", value: 30 } },
      { from: "ask", to: "hop-4" },
    ],
    layout: { hello: { x: 0, y: 0 }, ask: { x: 360, y: 0 }, "stop-3": { x: 720, y: 0 }, "hop-4": { x: 720, y: 240 } },
  });
}
