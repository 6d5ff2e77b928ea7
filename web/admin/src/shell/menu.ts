/** The main menu: what there is, in its order, and who sees it. */
import { type IconProps, IconRobot } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Permission } from "../api/me.ts";

export interface MenuEntry {
  /** Also its word in the catalogue. */
  key: "bots";
  to: "/bots";
  icon: ComponentType<IconProps>;
  /** The letter that goes there after `g`. */
  letter: string;
  needs: Permission;
}

export const MENU: MenuEntry[] = [{ key: "bots", to: "/bots", icon: IconRobot, letter: "b", needs: "view_bots" }];
