/** What the loader on the customer's page and the panel in its frame say to each other, over a port that only these two hold. */
import type { Appearance } from "@smartbot/sdk";

/** The first message, with the port: the only one that goes over `window.postMessage`, to the exact origin of the server. */
export const HELLO = "smartbot:hello";

export type Scheme = "light" | "dark";

/** What the page wishes of the panel. */
export interface PanelSettings {
  /** Tells several widgets on a page apart. */
  id: string;
  /** The language that the page asks for, BCP 47. */
  locale: string;
  scheme: Scheme;
  /** Looks that the page sets over those of the bot. */
  appearance: Appearance;
  variables: Record<string, unknown>;
  identity: string | null;
  /** The page's address without its query, which may hold what nobody should see. */
  page: string;
}

export type ToPanel =
  | { type: "settings"; settings: PanelSettings }
  | { type: "open"; byUser: boolean; isModal: boolean }
  | { type: "close" }
  | { type: "scheme"; scheme: Scheme }
  | { type: "identity"; identity: string }
  | { type: "variables"; variables: Record<string, unknown> }
  | { type: "shutdown" };

/** What pages may listen to. Never the words of a message. */
export type WidgetEvent = "ready" | "open" | "close" | "message" | "unread" | "start" | "complete" | "handoff" | "error";

export type ToLoader =
  | { type: "ready"; title: string }
  | { type: "close" }
  | { type: "unread"; count: number }
  | { type: "event"; name: WidgetEvent; detail?: Record<string, unknown> }
  /** The identity was refused or has run out: a new one is wished for. */
  | { type: "identity_wanted" }
  /** Whether there is a chat to come back to. */
  | { type: "kept"; isKept: boolean };
