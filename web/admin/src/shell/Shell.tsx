/** The frame around every screen: header, main menu, and the place for the screen. */
import { Link, Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useMe } from "../api/me.ts";
import { MENU } from "./menu.ts";
import classes from "./Shell.module.css";

export function Shell() {
  const { t } = useTranslation();
  const me = useMe();
  const may = useMay();
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        {t("skip")}
      </a>
      <header className={classes.header}>
        <Link to="/bots" className={classes.brand}>
          <img src="/app/icon.svg" alt="" width={28} height={28} />
          <span>{me.workspace.name}</span>
        </Link>
      </header>
      <nav className={classes.nav} aria-label={t("nav.label")}>
        <ul>
          {MENU.filter((it) => may(it.needs)).map(({ key, to, icon: Icon }) => (
            <li key={key}>
              <Link to={to} className={classes.entry} activeProps={{ "aria-current": "page" }}>
                <Icon size={20} stroke={1.75} aria-hidden />
                <span>{t(`nav.${key}`)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main id="main" tabIndex={-1} className={classes.main}>
        <Suspense fallback={<div aria-busy="true" />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
