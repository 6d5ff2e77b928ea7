/** What SETTINGS has, in its order, and who sees it. */
import { IconPlugConnected, type IconProps } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Permission } from "../../api/me.ts";

export interface SettingsEntry {
  /** Also its word in the catalogue. */
  key: "apiAndWebhook";
  to: "/settings/advanced/api-and-webhook";
  icon: ComponentType<IconProps>;
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
    key: "advanced",
    titled: true,
    entries: [
      {
        key: "apiAndWebhook",
        to: "/settings/advanced/api-and-webhook",
        icon: IconPlugConnected,
        needs: ["manage_tokens", "manage_webhooks"],
      },
    ],
  },
];

/** Where SETTINGS begins for somebody with these permissions. */
export function firstSetting(permissions: readonly Permission[]): SettingsEntry["to"] {
  const entries = SETTINGS_MENU.flatMap((it) => it.entries);
  const first = entries.find((it) => it.needs.some((one) => permissions.includes(one)));
  return first?.to ?? "/settings/advanced/api-and-webhook";
}
