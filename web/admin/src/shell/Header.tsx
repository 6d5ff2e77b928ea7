/** The bar at the top: whose workspace it is, the palette, whether one is there for chats, help, what was changed last, and the account. */
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useMe } from "../api/me.ts";
import { AccountMenu } from "./AccountMenu.tsx";
import classes from "./Header.module.css";
import { HelpMenu } from "./HelpMenu.tsx";
import { PaletteButton } from "./PaletteButton.tsx";
import { RecentMenu } from "./RecentMenu.tsx";

/** Comes after the first screen, with the desk. */
const PresenceMenu = lazy(async () => ({ default: (await import("./PresenceMenu.tsx")).PresenceMenu }));

export function Header() {
  const { t } = useTranslation();
  const { workspace } = useMe();
  const may = useMay();
  return (
    <header className={classes.header}>
      <Link to="/" className={classes.brand} aria-label={t("header.home", { workspace: workspace.name })}>
        <img src="/app/icon.svg" alt="" width={28} height={28} />
        <span>{workspace.name}</span>
      </Link>
      <div className={classes.tools}>
        <PaletteButton />
        {may("answer_chats") ? (
          <Suspense fallback={null}>
            <PresenceMenu />
          </Suspense>
        ) : null}
        <RecentMenu />
        <HelpMenu />
        <AccountMenu />
      </div>
    </header>
  );
}
