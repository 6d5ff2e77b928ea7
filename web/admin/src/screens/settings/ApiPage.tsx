/** SETTINGS → Advanced → API and Webhook: heading and tabs of its three screens. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Page } from "../../shell/Page.tsx";
import classes from "./ApiPage.module.css";

const TABS = [
  { key: "tokens", to: "/settings/advanced/api-and-webhook/tokens" },
  { key: "endpoints", to: "/settings/advanced/api-and-webhook/endpoints" },
  { key: "deliveries", to: "/settings/advanced/api-and-webhook/deliveries" },
] as const;

export function ApiPage({ tab, children }: { tab: (typeof TABS)[number]["key"]; children: ReactNode }) {
  const { t } = useTranslation("settings");
  return (
    <Page title={t("menu.apiAndWebhook")} titleParts={[t(`tabs.${tab}`), t("menu.apiAndWebhook")]} lead={t("apiLead")}>
      <nav aria-label={t("menu.apiAndWebhook")} className={classes.tabs}>
        {TABS.map(({ key, to }) => (
          <Link key={key} to={to} activeOptions={{ includeSearch: false }} activeProps={{ "aria-current": "page" }}>
            {t(`tabs.${key}`)}
          </Link>
        ))}
      </nav>
      {children}
    </Page>
  );
}
