/** What the screens outside the shell are drawn in: sign-in, the first run, an invitation. */
import type { ReactNode } from "react";
import { Page } from "../../shell/Page.tsx";
import classes from "./Entry.module.css";

export function Entry({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.entry}>
      <header className={classes.brand}>
        <img src="/app/icon.svg" alt="" width={36} height={36} />
        <span>SmartBot</span>
      </header>
      <main className={classes.card}>
        <Page title={title} lead={lead} layout="bare">
          {children}
        </Page>
      </main>
    </div>
  );
}
