/** Mantine's anchors and buttons as links of the router. */
import { Anchor, type AnchorProps, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

type Of<Props> = Omit<Props, "href"> & Omit<ComponentPropsWithRef<"a">, keyof Props | "href" | "color">;

export const AnchorLink = createLink((props: Of<AnchorProps>) => <Anchor {...props} />);

export const ButtonLink = createLink((props: Of<ButtonProps>) => <Button component="a" {...props} />);
