/** The settings of the workspace. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";
import type { OpeningHours } from "./hours.ts";

export interface Settings {
  name?: string;
  time_zone: string;
  region: string;
  language?: string;
  languages?: string[];
  /** Null keeps chat logs for ever. */
  retention_days?: number | null;
  idle_minutes: number;
  allow_new_fields: boolean;
  allowed_origins: string[];
  token_calls_per_minute: number;
  desk?: {
    /** How long a chat may wait for an agent before it counts as missed. */
    missed_after_seconds: number;
  };
  /** Null is always open. */
  opening_hours?: OpeningHours | null;
}

const SETTINGS = "/api/v1/admin/settings";

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: async ({ signal }) => (await request<Settings>("GET", SETTINGS, { signal })).data,
});

/** What is absent stays. */
export const updateSettings = async (changes: Partial<Settings>): Promise<Settings> =>
  (await request<Settings>("PATCH", SETTINGS, { body: changes })).data;
