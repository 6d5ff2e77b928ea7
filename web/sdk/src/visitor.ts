import { request } from "./request.ts";
import type { Started } from "./types.ts";

/** How a visitor's chat begins. */
export interface Visit {
  /** The workspace that owns the bot. */
  workspace: string;
  function_id: string;
  /** A JWT that says who the visitor is; an anonymous user is made without one. */
  identity?: string;
  /** Variables that the bot declares. */
  variables?: Record<string, unknown>;
  /** Profile fields. */
  fields?: Record<string, unknown>;
  /** The language, BCP 47; the bot's own unless given. */
  language?: string;
  /** The address of the page that the visitor is on. */
  page?: string;
}

/** How a bot looks in the widget. */
export interface Appearance {
  /** The accent as `#rrggbb`. */
  color?: string;
  title?: string;
  /** Said before the chat begins. */
  greeting?: string;
  position?: "left" | "right";
  launcher_text?: string;
  /** The address of a picture. */
  avatar?: string;
  /** A line that is always in sight, such as emergency numbers. */
  notice?: string;
  /** A bubble beside the launcher. */
  teaser?: { text: string; delay_ms?: number };
}

/** What everybody may know of a bot. */
export interface PublicBot {
  name: string;
  language: string;
  languages: string[];
  appearance: Appearance;
  /** Whether it is within the opening hours; absent where there are none. */
  is_open?: boolean;
}

/** The answer to the start of a visitor's chat. */
export type VisitStarted = Started & { bot?: { name: string; function_id: string; appearance: Appearance } };

/** What everybody may know of a bot: its name, its languages and how it looks. */
export function publicBot(baseUrl: string, workspace: string, functionId: string, fetched?: typeof fetch): Promise<PublicBot> {
  const path = `/api/v1/visitor/bots/${encodeURIComponent(workspace)}/${encodeURIComponent(functionId)}`;
  const connection = { baseUrl, credential: "", retries: 2, ...(fetched ? { fetch: fetched } : {}) };
  return request(connection, { method: "GET", path });
}
