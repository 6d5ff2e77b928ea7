/** A list with nothing in it: what it is for, and the way to fill it. Or a filter that fits nothing, and the way back. */
import type { IconProps } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import classes from "./EmptyState.module.css";

interface Props {
  icon?: ComponentType<IconProps>;
  title?: string;
  text: ReactNode;
  /** One main button, and at the most one more. */
  children?: ReactNode;
}

export function EmptyState({ icon: Icon, title, text, children }: Props) {
  return (
    <div className={classes.empty}>
      {Icon ? <Icon size={32} stroke={1.5} aria-hidden className={classes.icon} /> : null}
      {title ? <h2 className={classes.title}>{title}</h2> : null}
      <p className={classes.text}>{text}</p>
      {children ? <div className={classes.actions}>{children}</div> : null}
    </div>
  );
}
