/** The main menu: what there is, in its order, and who sees it. */
import { type IconProps, IconRobot } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Permission } from "../api/me.ts";

export interface MenuEntry {
  key: "bots";
  to: "/bots";
  icon: ComponentType<IconProps>;
  needs: Permission;
}

export const MENU: MenuEntry[] = [{ key: "bots", to: "/bots", icon: IconRobot, needs: "view_bots" }];
