/** A webhook endpoint as the form holds it, and what of it the server is told. */
import { EVENT_TYPES } from "../../../api/events.ts";
import type { Endpoint, EndpointChanges, EndpointWish, EventSelection, EventType } from "../../../api/webhooks.ts";

export interface HeaderLine {
  /** For React, and for nobody else. */
  key: number;
  name: string;
  value: string;
  /** It is there already; its value is not shown again. */
  kept: boolean;
}

export interface EndpointValues {
  url: string;
  description: string;
  selection: "all" | "chosen";
  types: EventType[];
  detail: "full" | "ids_only";
  ordered: boolean;
  rate: number | "";
  timeout: number | "";
  signature: "v1" | "v1a" | "both";
  functionIds: string[];
  flags: string[];
  headers: HeaderLine[];
}

/** What a new endpoint begins with, as the server has it too. */
export const NEW_ENDPOINT: EndpointValues = {
  url: "",
  description: "",
  selection: "all",
  types: [],
  detail: "full",
  ordered: false,
  rate: "",
  timeout: 15,
  signature: "v1",
  functionIds: [],
  flags: [],
  headers: [],
};

export function valuesOf(endpoint: Endpoint): EndpointValues {
  const all = endpoint.events === "all";
  return {
    url: endpoint.url,
    description: endpoint.description,
    selection: all ? "all" : "chosen",
    types: endpoint.events === "all" ? [] : [...endpoint.events],
    detail: endpoint.detail,
    ordered: endpoint.ordered_by === "user",
    rate: endpoint.rate_per_second ?? "",
    timeout: endpoint.timeout_seconds,
    signature: endpoint.signature,
    functionIds: [...endpoint.filter.function_ids],
    flags: [...endpoint.filter.flags],
    headers: endpoint.headers.map((name, key) => ({ key, name, value: "", kept: true })),
  };
}

const selectionOf = ({ selection, types }: EndpointValues): EventSelection =>
  selection === "all" ? "all" : EVENT_TYPES.filter((it) => types.includes(it));

/** What a new endpoint is made of. */
export function wishOf(values: EndpointValues): EndpointWish {
  return {
    url: values.url.trim(),
    description: values.description.trim(),
    events: selectionOf(values),
    detail: values.detail,
    ordered_by: values.ordered ? "user" : null,
    rate_per_second: values.rate === "" ? null : values.rate,
    timeout_seconds: values.timeout === "" ? undefined : values.timeout,
    signature: values.signature,
    filter: { function_ids: values.functionIds, flags: values.flags },
    headers: Object.fromEntries(values.headers.filter((it) => it.name.trim()).map((it) => [it.name.trim(), it.value])),
  };
}

/** What changes about an endpoint. Headers that stay are not named: their values are not known here. */
export function changesOf(before: Endpoint, values: EndpointValues): EndpointChanges {
  const { headers: lines, ...wish } = { ...wishOf(values), headers: values.headers };
  const headers: Record<string, string | null> = {};
  for (const name of before.headers) if (!lines.some((it) => it.kept && it.name === name)) headers[name] = null;
  for (const { name, value, kept } of lines) if (!kept && name.trim()) headers[name.trim()] = value;
  return { ...wish, ...(Object.keys(headers).length > 0 ? { headers } : {}) };
}
