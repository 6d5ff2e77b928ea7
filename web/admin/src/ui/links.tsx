/** Mantine's anchors, buttons and menu items as links of the router. */
import { Anchor, type AnchorProps, Button, type ButtonProps, Menu, type MenuItemProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

type Of<Props> = Omit<Props, "href"> & Omit<ComponentPropsWithRef<"a">, keyof Props | "href" | "color">;

export const AnchorLink = createLink((props: Of<AnchorProps>) => <Anchor {...props} />);

export const ButtonLink = createLink((props: Of<ButtonProps>) => <Button component="a" {...props} />);

export const MenuLink = createLink((props: Of<MenuItemProps>) => <Menu.Item component="a" {...props} />);
