import { expect, it } from "vitest";
import { ALL_DELIVERIES, filterCount, filterOf, readDeliverySearch } from "./deliverySearch.ts";

it("reads nonsense in an address as no filter", () => {
  expect(readDeliverySearch({ endpoint: 7, state: "broken", type: "no.such", within: "ever" })).toEqual(ALL_DELIVERIES);
  expect(filterCount(ALL_DELIVERIES)).toBe(0);
});

it("asks the API for what the address says", () => {
  const search = readDeliverySearch({ endpoint: "whk_1", state: "dead", type: "box.reached", within: "24h" });
  expect(filterCount(search)).toBe(4);
  expect(filterOf(search, Date.parse("2026-11-26T12:00:42Z"))).toEqual({
    endpoint_id: "whk_1",
    state: "dead",
    type: "box.reached",
    since: "2026-11-25T12:00:00.000Z",
  });
});
