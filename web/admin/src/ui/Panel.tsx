/** A part of a screen with a heading of its own. */
import { type ReactNode, useId } from "react";
import classes from "./Panel.module.css";

interface Props {
  title: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
  /** Without a frame, for what has one itself. */
  bare?: boolean;
}

export function Panel({ title, lead, actions, children, bare = false }: Props) {
  const id = useId();
  return (
    <section className={classes.panel} data-bare={bare} aria-labelledby={id}>
      <div className={classes.head}>
        <div>
          <h2 id={id} className={classes.title}>
            {title}
          </h2>
          {lead ? <p className={classes.lead}>{lead}</p> : null}
        </div>
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </div>
      {children}
    </section>
  );
}
