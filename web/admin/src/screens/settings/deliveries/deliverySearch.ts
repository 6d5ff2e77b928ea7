/** Which deliveries the log shows: kept in the address. */
import { EVENT_TYPES } from "../../../api/events.ts";
import type { DeliveryFilter, DeliveryState, EventType } from "../../../api/webhooks.ts";

export const WITHIN = ["1h", "24h", "7d", "30d", "all"] as const;
export type Within = (typeof WITHIN)[number];

export interface DeliverySearch {
  endpoint?: string;
  state?: DeliveryState;
  type?: EventType;
  within: Within;
}

export const ALL_DELIVERIES: DeliverySearch = { within: "all" };

const STATES: readonly DeliveryState[] = ["pending", "delivered", "dead"];

/** Reads an address, with whatever somebody typed into it. */
export function readDeliverySearch(search: { [Key in keyof DeliverySearch]?: unknown }): DeliverySearch {
  return {
    endpoint: typeof search.endpoint === "string" && search.endpoint ? search.endpoint : undefined,
    state: STATES.find((it) => it === search.state),
    type: EVENT_TYPES.find((it) => it === search.type),
    within: WITHIN.find((it) => it === search.within) ?? "all",
  };
}

const HOUR_MS = 3_600_000;
const LENGTH: Record<Exclude<Within, "all">, number> = { "1h": HOUR_MS, "24h": 24 * HOUR_MS, "7d": 168 * HOUR_MS, "30d": 720 * HOUR_MS };

/** The filter of the API. The beginning is cut to the minute, so that the same search is the same for a while. */
export function filterOf({ endpoint, state, type, within }: DeliverySearch, now: number): DeliveryFilter {
  const since = within === "all" ? undefined : new Date(Math.floor((now - LENGTH[within]) / 60_000) * 60_000).toISOString();
  return { endpoint_id: endpoint, state, type, since };
}

/** How many filters are set. */
export const filterCount = ({ endpoint, state, type, within }: DeliverySearch): number =>
  [endpoint, state, type, within === "all" ? undefined : within].filter(Boolean).length;
