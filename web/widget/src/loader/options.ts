/** What a page says when it boots a widget. */
import type { Appearance } from "@smartbot/sdk";

/** A signed identity, or how to get one: asked again when it has run out. */
export type Identity = string | (() => string | Promise<string>);

export interface BootOptions {
  /** The workspace, `wsp_…`. */
  workspace: string;
  /** The bot's function id. */
  bot: string;
  /** Tells several widgets on one page apart; `default` unless given. */
  id?: string;
  /** Where the server is; where the script came from unless given. */
  server?: string;
  /** A language, or `auto`: the page's, else the browser's. */
  locale?: string;
  theme?: "auto" | "light" | "dark";
  /** Looks that win over those that are set for the bot. */
  color?: string;
  title?: string;
  greeting?: string;
  avatar?: string;
  notice?: string;
  position?: "left" | "right";
  launcherText?: string;
  /** How far from the usual place, in pixels. */
  offset?: { x?: number; y?: number };
  /** A bubble beside the launcher; `false` for none. */
  teaser?: { text: string; delayMs?: number } | false;
  /** Opens at once, on wide screens. Moves no focus. */
  open?: boolean;
  /** For pages with a button of their own. */
  hideLauncher?: boolean;
  variables?: Record<string, unknown>;
  identity?: Identity;
}

/** The looks that the page asks for. */
export function appearanceOf(options: BootOptions): Appearance {
  const { color, title, greeting, avatar, notice, position, launcherText, teaser } = options;
  const looks: Appearance = {};
  if (color) looks.color = color;
  if (title) looks.title = title;
  if (greeting) looks.greeting = greeting;
  if (avatar) looks.avatar = avatar;
  if (notice) looks.notice = notice;
  if (position) looks.position = position;
  if (launcherText !== undefined) looks.launcher_text = launcherText;
  if (teaser) looks.teaser = { text: teaser.text, ...(teaser.delayMs === undefined ? {} : { delay_ms: teaser.delayMs }) };
  return looks;
}

export function localeOf(options: BootOptions): string {
  const wish = options.locale && options.locale !== "auto" ? options.locale : document.documentElement.lang || navigator.language || "en";
  try {
    return Intl.getCanonicalLocales(wish)[0] ?? "en";
  } catch {
    return "en";
  }
}
