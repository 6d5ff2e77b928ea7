/** The main menu: what there is, in its order, and who sees it. */
import { IconHeadset, IconMessages, type IconProps, IconRobot, IconSettings, IconUsers } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Permission } from "../api/me.ts";

export interface MenuEntry {
  /** Also its word in the catalogue. */
  key: "chats" | "bots" | "users" | "logs" | "settings";
  to: "/chats" | "/bots" | "/users" | "/logs" | "/settings";
  icon: ComponentType<IconProps>;
  /** The letter that goes there after `g`. */
  letter: string;
  /** One of these is enough. */
  needs: Permission[];
}

export const MENU: MenuEntry[] = [
  { key: "chats", to: "/chats", icon: IconHeadset, letter: "c", needs: ["view_chats"] },
  { key: "bots", to: "/bots", icon: IconRobot, letter: "b", needs: ["view_bots"] },
  { key: "users", to: "/users", icon: IconUsers, letter: "u", needs: ["view_users"] },
  { key: "logs", to: "/logs", icon: IconMessages, letter: "l", needs: ["view_chats"] },
  {
    key: "settings",
    to: "/settings",
    icon: IconSettings,
    letter: "s",
    needs: ["manage_settings", "manage_tokens", "manage_webhooks", "manage_agents", "view_users"],
  },
];
