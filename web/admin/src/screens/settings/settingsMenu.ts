/** What SETTINGS has, in its order, and who sees it. */
import { type IconProps, IconPlugConnected } from "@tabler/icons-react";
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
    entries: [{ key: "apiAndWebhook", to: "/settings/advanced/api-and-webhook", icon: IconPlugConnected, needs: ["manage_tokens", "manage_webhooks"] }],
  },
];
