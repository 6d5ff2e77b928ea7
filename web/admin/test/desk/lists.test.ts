import { describe, expect, it } from "vitest";
import { DESK_LISTS, type DeskPage } from "../../src/api/desk.ts";
import { belongs, placed } from "../../src/desk/lists.ts";
import { chat, ME } from "./chats.ts";

const other = { id: "agt_other", name: "Lee" };
const own = { id: ME, name: "Dana" };
const until = "2026-11-26T14:01:00.000Z";

describe("a chat belongs", () => {
  it.each([
    ["of a bot", chat("a"), ["with_bot", "all"]],
    ["that waits", chat("a", { status: "waiting_for_agent" }), ["needs_person", "all"]],
    ["of one's own", chat("a", { status: "with_agent", agent: own }), ["mine", "all"]],
    ["of somebody else", chat("a", { status: "with_agent", agent: other }), ["all"]],
    [
      "that is offered to one",
      chat("a", { status: "with_agent", agent: other, offer: { agent_id: ME, from_agent_id: other.id, until } }),
      ["mine", "all"],
    ],
    ["of one's own that has ended", chat("a", { status: "ended", agent: own }), ["closed"]],
    ["of one's own that is put aside", chat("a", { status: "with_agent", agent: own, snoozed_until: until }), ["all", "snoozed"]],
    ["that waits and is put aside", chat("a", { status: "waiting_for_agent", snoozed_until: until }), ["all", "snoozed"]],
    ["that has ended while it was put aside", chat("a", { status: "ended", snoozed_until: until }), ["closed"]],
  ] as const)("%s to its lists and to no other", (_, it, lists) => {
    expect(DESK_LISTS.filter((list) => belongs(list, it, ME))).toEqual(lists);
  });
});

const pages = (...ids: DeskPage["data"][]) => ({ pages: ids.map((data) => ({ data })), pageParams: ids.map(() => "") });
const idsOf = (it: { pages: DeskPage[] }) => it.pages.map((page) => page.data.map((one) => one.session.id));
const at = (minute: number) => `2026-11-26T14:${String(minute).padStart(2, "0")}:00.000Z`;

describe("a list", () => {
  const list = pages([chat("new", { session: { created_at: at(9) } })], [chat("old", { session: { created_at: at(1) } })]);
  it("takes a newer chat in at its head and leaves the other pages as they are", () => {
    const next = placed(list, { list: "all" }, chat("newest", { session: { created_at: at(10) } }), ME);
    expect(idsOf(next)).toEqual([["newest", "new"], ["old"]]);
    expect(next.pages[1]).toBe(list.pages[1]);
  });
  it("changes a chat in its place, on whichever page that is", () => {
    const next = placed(list, { list: "all" }, chat("old", { unread: true, session: { created_at: at(1) } }), ME);
    expect(idsOf(next)).toEqual([["new"], ["old"]]);
    expect(next.pages[1]?.data[0]?.unread).toBe(true);
  });
  it("lets go of a chat that does not belong to it any more", () => {
    expect(idsOf(placed(list, { list: "with_bot" }, chat("new", { status: "ended" }), ME))).toEqual([[], ["old"]]);
  });
  it("that was searched for takes nothing in by itself", () => {
    expect(placed(list, { list: "all", q: "other" }, chat("other"), ME)).toBe(list);
  });
  it("of waiting chats has those first that wait longest", () => {
    const waits = (id: string, since: string) => chat(id, { status: "waiting_for_agent", waiting_since: since });
    const waiting = pages([waits("first", at(1)), waits("third", at(3))]);
    expect(idsOf(placed(waiting, { list: "needs_person" }, waits("second", at(2)), ME))).toEqual([["first", "second", "third"]]);
  });
  it("that is narrowed takes in and keeps what passes, and nothing else", () => {
    const spanish = chat("es", { session: { language: "es", created_at: at(10) }, agent: other });
    expect(idsOf(placed(list, { list: "all", language: "es", agent: other.id }, spanish, ME))).toEqual([["es", "new"], ["old"]]);
    expect(placed(list, { list: "all", language: "es", flag: "vip" }, spanish, ME)).toBe(list);
    expect(idsOf(placed(list, { list: "all", bot: "Other" }, chat("new", { session: { created_at: at(9) } }), ME))).toEqual([[], ["old"]]);
  });
});
