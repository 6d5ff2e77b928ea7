/** What is shown for an address that names nothing. */
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "./Page.tsx";

export function Missing() {
  const { t } = useTranslation();
  return (
    <Page title={t("notFound.title")} lead={t("notFound.text")} layout="narrow">
      <Button component={Link} to="/">
        {t("notFound.home")}
      </Button>
    </Page>
  );
}
