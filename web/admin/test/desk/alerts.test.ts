import { describe, expect, it } from "vitest";
import { readChoice, readVolume } from "../../src/desk/alertChoice.ts";
import { alertOf, knownOf } from "../../src/desk/alerts.ts";
import { chat, ME } from "./chats.ts";

const own = { id: ME, name: "Dana" };
const said = (seq: number, from: "user" | "bot" | "agent" = "user") => ({ seq, from, text: "…", at: "" });
const mine = (seq: number, from?: "user" | "agent") =>
  chat("a", { status: "with_agent", agent: own, last_message: said(seq, from), session: { last_seq: seq } });

describe("an alert", () => {
  it("comes once when somebody asks for a person", () => {
    const waits = chat("a", { status: "waiting_for_agent" });
    expect(alertOf(knownOf(chat("a"), ME), waits, ME)).toBe("waiting");
    expect(alertOf(knownOf(waits, ME), waits, ME)).toBeNull();
  });
  it("comes once when a chat is offered", () => {
    const offered = chat("a", { status: "with_agent", offer: { agent_id: ME, from_agent_id: "agt_other", until: "" } });
    expect(alertOf(undefined, offered, ME)).toBe("assigned");
    expect(alertOf(knownOf(offered, ME), offered, ME)).toBeNull();
  });
  it("comes with each message of a visitor in an own chat, and with nobody else's", () => {
    expect(alertOf(knownOf(mine(3), ME), mine(4), ME)).toBe("message");
    expect(alertOf(knownOf(mine(3), ME), mine(4, "agent"), ME)).toBeNull();
    expect(alertOf(undefined, mine(4), ME)).toBeNull();
    const others = { ...mine(4), agent: { id: "agt_other", name: "Lee" } };
    expect(alertOf(knownOf(mine(3), ME), others, ME)).toBeNull();
  });
});

describe("a chat that is put aside", () => {
  const until = "2026-11-26T15:00:00.000Z";
  it("alerts to nothing, and once when it is back", () => {
    const asleep = { ...mine(3), snoozed_until: until };
    expect(alertOf(knownOf(mine(3), ME), asleep, ME)).toBeNull();
    expect(alertOf(knownOf(asleep, ME), mine(3), ME)).toBe("woken");
    expect(alertOf(knownOf(asleep, ME), mine(4), ME)).toBe("message");
    expect(alertOf(knownOf(mine(3), ME), mine(3), ME)).toBeNull();
  });
  it("waits anew when it is back and needs a person", () => {
    const waits = chat("a", { status: "waiting_for_agent" });
    expect(alertOf(knownOf({ ...waits, snoozed_until: until }, ME), waits, ME)).toBe("waiting");
  });
});

describe("what this browser alerts by", () => {
  it("is as it was chosen, and as it was from the start where nothing or nonsense is kept", () => {
    expect(readChoice(null).waiting).toEqual({ desktop: true, sound: true });
    expect(readChoice("{nonsense").message).toEqual({ desktop: true, sound: false });
    const kept = readChoice(JSON.stringify({ waiting: { sound: false, desktop: "yes" }, message: null }));
    expect(kept.waiting).toEqual({ desktop: true, sound: false });
    expect(kept.message).toEqual({ desktop: true, sound: false });
  });
  it("is as loud as was chosen", () => {
    expect([readVolume("high"), readVolume(null), readVolume("deafening")]).toEqual(["high", "medium", "medium"]);
  });
});
