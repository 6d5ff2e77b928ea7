/** The bar at the top: whose workspace it is, the palette, help, what was changed last, and the account. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "../api/me.ts";
import { AccountMenu } from "./AccountMenu.tsx";
import classes from "./Header.module.css";
import { HelpMenu } from "./HelpMenu.tsx";
import { PaletteButton } from "./PaletteButton.tsx";
import { RecentMenu } from "./RecentMenu.tsx";

export function Header() {
  const { t } = useTranslation();
  const { workspace } = useMe();
  return (
    <header className={classes.header}>
      <Link to="/" className={classes.brand} aria-label={t("header.home", { workspace: workspace.name })}>
        <img src="/app/icon.svg" alt="" width={28} height={28} />
        <span>{workspace.name}</span>
      </Link>
      <div className={classes.tools}>
        <PaletteButton />
        <RecentMenu />
        <HelpMenu />
        <AccountMenu />
      </div>
    </header>
  );
}
