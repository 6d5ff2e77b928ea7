/** What each screen is drawn in: its heading, which takes the focus when one comes from another screen, and the title of the window. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { meQuery } from "../api/me.ts";
import { hasNavigated } from "./navigation.ts";
import { titled, useNewsCount } from "./news.ts";
import classes from "./Page.module.css";

export interface PageProps {
  /** The heading. It may name a user; the window's title never does. */
  title: ReactNode;
  /** The window's title, most special first. Without it the heading, if that is plain text. Never anything of a user. */
  titleParts?: string[];
  /** Below the heading: one sentence. */
  lead?: ReactNode;
  /** Above the heading: the way back. */
  above?: ReactNode;
  /** Beside the heading: the screen's main buttons. */
  actions?: ReactNode;
  /** `full` takes the whole window and hides the heading from the eye; `narrow` is for forms; `bare` leaves width and edges to what is around. */
  layout?: "page" | "narrow" | "full" | "bare";
  children: ReactNode;
}

export function Page({ title, titleParts, lead, above, actions, layout = "page", children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { data: me } = useQuery(meQuery);
  const parts = titleParts ?? (typeof title === "string" ? [title] : []);
  const news = useNewsCount((it) => it.count);
  const name = titled([...parts, me?.workspace.name ?? "SmartBot"].join(" · "), news);

  useEffect(() => {
    document.title = name;
  }, [name]);

  useEffect(() => {
    if (hasNavigated()) heading.current?.focus({ preventScroll: true });
  }, []);

  if (layout === "full") {
    return (
      <div className={classes.full}>
        <h1 ref={heading} tabIndex={-1} className="visually-hidden">
          {title}
        </h1>
        {children}
      </div>
    );
  }
  const frame = { page: classes.page, narrow: `${classes.page} ${classes.narrow}`, bare: undefined }[layout];
  return (
    <div className={frame}>
      {above}
      <div className={classes.head}>
        <div>
          <h1 ref={heading} tabIndex={-1} className={classes.title}>
            {title}
          </h1>
          {lead ? <p className={classes.lead}>{lead}</p> : null}
        </div>
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </div>
      {children}
    </div>
  );
}
