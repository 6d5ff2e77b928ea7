/** What SETTINGS has, in its order, and who sees it. The first screen loads this, and no icons with it. */
import type { Permission } from "../../api/me.ts";

export interface SettingsEntry {
  /** Also its word in the catalogue. */
  key: "workspace" | "agents" | "canned" | "hours" | "chitChat" | "fields" | "flags" | "goals" | "apiAndWebhook" | "secrets";
  to:
    | "/settings/workspace"
    | "/settings/agents"
    | "/settings/canned-replies"
    | "/settings/opening-hours"
    | "/settings/chit-chat"
    | "/settings/fields"
    | "/settings/flags"
    | "/settings/goals"
    | "/settings/advanced/api-and-webhook"
    | "/settings/advanced/secrets";
  /** One of these is enough. */
  needs: Permission[];
}

export interface SettingsGroup {
  key: "general" | "advanced";
  titled: boolean;
  entries: SettingsEntry[];
}

export const SETTINGS_MENU: SettingsGroup[] = [
  {
    key: "general",
    titled: false,
    entries: [
      { key: "workspace", to: "/settings/workspace", needs: ["manage_settings"] },
      { key: "agents", to: "/settings/agents", needs: ["manage_agents"] },
      { key: "hours", to: "/settings/opening-hours", needs: ["manage_settings"] },
      { key: "canned", to: "/settings/canned-replies", needs: ["answer_chats"] },
      { key: "chitChat", to: "/settings/chit-chat", needs: ["edit_bots"] },
      { key: "fields", to: "/settings/fields", needs: ["view_users", "manage_settings"] },
      { key: "flags", to: "/settings/flags", needs: ["view_users", "manage_settings"] },
      { key: "goals", to: "/settings/goals", needs: ["view_reports", "manage_settings"] },
    ],
  },
  {
    key: "advanced",
    titled: true,
    entries: [
      {
        key: "apiAndWebhook",
        to: "/settings/advanced/api-and-webhook",
        needs: ["manage_tokens", "manage_webhooks"],
      },
      { key: "secrets", to: "/settings/advanced/secrets", needs: ["manage_secrets"] },
    ],
  },
];

/** Where SETTINGS begins for somebody with these permissions. */
export function firstSetting(permissions: readonly Permission[]): SettingsEntry["to"] {
  const entries = SETTINGS_MENU.flatMap((it) => it.entries);
  const first = entries.find((it) => it.needs.some((one) => permissions.includes(one)));
  return first?.to ?? "/settings/fields";
}
