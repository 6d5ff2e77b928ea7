/** Mantine's menu items as links of the router. */
import { Menu, type MenuItemProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

type Props = Omit<MenuItemProps, "href"> & Omit<ComponentPropsWithRef<"a">, keyof MenuItemProps | "href" | "color">;

export const MenuLink = createLink((props: Props) => <Menu.Item component="a" {...props} />);
