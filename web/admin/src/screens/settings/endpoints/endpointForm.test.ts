import { expect, it } from "vitest";
import type { Endpoint } from "../../../api/webhooks.ts";
import { changesOf, NEW_ENDPOINT, valuesOf, wishOf } from "./endpointForm.ts";

const endpoint: Endpoint = {
  id: "whk_1",
  url: "https://portal.example/hooks",
  description: "The portal",
  state: "active",
  events: ["flag.assigned", "user.created"],
  detail: "ids_only",
  ordered_by: "user",
  rate_per_second: 20,
  timeout_seconds: 10,
  signature: "both",
  filter: { function_ids: ["Refill"], flags: [] },
  headers: ["x-api-key", "x-old"],
  revision: 4,
  created_at: "2026-11-01T00:00:00.000Z",
  failures: 0,
  failing_since: null,
  held_until: null,
  disabled_reason: null,
};

it("tells the server what a new endpoint is to be", () => {
  const headers = [
    { key: 0, name: " x-api-key ", value: "k", kept: false },
    { key: 1, name: "", value: "left empty", kept: false },
  ];
  const wish = wishOf({
    ...NEW_ENDPOINT,
    url: " https://a.example/h ",
    selection: "chosen",
    types: ["flag.assigned", "user.created"],
    headers,
  });
  expect(wish).toMatchObject({
    url: "https://a.example/h",
    events: ["user.created", "flag.assigned"],
    ordered_by: null,
    rate_per_second: null,
    headers: { "x-api-key": "k" },
  });
});

it("takes all events as all, future ones included", () => {
  expect(wishOf({ ...NEW_ENDPOINT, types: ["flag.assigned"] }).events).toBe("all");
});

it("changes nothing that was not touched, and never a header whose value it does not know", () => {
  const changes = changesOf(endpoint, valuesOf(endpoint));
  expect(changes.headers).toBeUndefined();
  expect(changes).toMatchObject({
    url: endpoint.url,
    events: ["user.created", "flag.assigned"],
    detail: "ids_only",
    ordered_by: "user",
    rate_per_second: 20,
  });
});

it("adds, replaces and removes headers", () => {
  const values = valuesOf(endpoint);
  values.headers = [
    { key: 0, name: "x-api-key", value: "new", kept: false },
    { key: 2, name: "x-more", value: "1", kept: false },
  ];
  expect(changesOf(endpoint, values).headers).toEqual({ "x-api-key": "new", "x-more": "1", "x-old": null });
});
