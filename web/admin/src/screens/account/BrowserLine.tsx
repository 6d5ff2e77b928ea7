/** A browser in which somebody is signed in: which, from where, and when it was used last. */
import { IconDeviceDesktop, IconDeviceMobile } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { BrowserSession } from "../../api/account.ts";
import { Moment } from "../../ui/Moment.tsx";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { Tag } from "../../ui/Tag.tsx";
import classes from "./BrowserLine.module.css";
import { browserName } from "./browserName.ts";

export function BrowserLines({ children }: { children: ReactNode }) {
  return <ul className={classes.sessions}>{children}</ul>;
}

interface Props {
  session: BrowserSession;
  error?: unknown;
  /** What can be done with it. */
  children?: ReactNode;
}

export function BrowserLine({ session, error, children }: Props) {
  const { t } = useTranslation("account");
  const Icon = /mobile|android|iphone/i.test(session.user_agent) ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <li className={classes.session}>
      <Icon size={24} stroke={1.5} aria-hidden />
      <div>
        <p>
          <strong>{browserName(session.user_agent) ?? t("sessions.unknown")}</strong>{" "}
          {session.current ? <Tag tone="success">{t("sessions.current")}</Tag> : null}
        </p>
        <p className="muted small">
          {t("sessions.from", { address: session.address })} · {t("sessions.used")} <Moment at={session.last_seen_at} />
        </p>
        <ProblemNote error={error} />
      </div>
      {children}
    </li>
  );
}
