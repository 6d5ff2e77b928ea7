/** A word with a colour, and with an icon where the word alone could be overlooked. Never colour alone. */
import type { IconProps } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import classes from "./Tag.module.css";

export type Tone = "neutral" | "accent" | "success" | "warning" | "danger" | "info" | "violet";

export function Tag({ tone = "neutral", icon: Icon, children }: { tone?: Tone; icon?: ComponentType<IconProps>; children: ReactNode }) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {Icon ? <Icon size={14} aria-hidden /> : null}
      {children}
    </span>
  );
}
