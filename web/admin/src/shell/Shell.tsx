/** The frame around every screen: header, main menu, and the place for the screen. */
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Me, MeContext, meQuery, useMay } from "../api/me.ts";
import { SessionGuard } from "../session/SessionGuard.tsx";
import { Waiting } from "../ui/Waiting.tsx";
import { Header } from "./Header.tsx";
import { MENU } from "./menu.ts";
import classes from "./Shell.module.css";
import { Shortcuts } from "./Shortcuts.tsx";

/** Comes after the first screen: what is live is not needed to draw it. */
const DeskLive = lazy(async () => ({ default: (await import("../desk/DeskLive.tsx")).DeskLive }));

export function Shell() {
  const { data } = useQuery(meQuery);
  const [me, setMe] = useState<Me | null>(data ?? null);
  if (data && data !== me) setMe(data);
  return (
    <MeContext value={me}>
      <Frame />
    </MeContext>
  );
}

function Frame() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        {t("skip")}
      </a>
      <Header />
      <nav className={classes.nav} aria-label={t("nav.label")}>
        <ul>
          {MENU.filter((it) => it.needs.some(may)).map(({ key, to, icon: Icon }) => (
            <li key={key}>
              <Link to={to} className={classes.entry} activeProps={{ "aria-current": "page" }}>
                <Icon size={20} stroke={1.75} aria-hidden />
                <span>{t(`nav.${key}`)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main id="main" tabIndex={-1} data-scroll-restoration-id="main" className={classes.main}>
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </main>
      <SessionGuard />
      {may("view_chats") ? (
        <Suspense fallback={null}>
          <DeskLive />
        </Suspense>
      ) : null}
      <Shortcuts />
    </div>
  );
}
