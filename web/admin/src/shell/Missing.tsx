import { useTranslation } from "react-i18next";
import { ButtonLink } from "../ui/links.tsx";
import { Page } from "./Page.tsx";

export function Missing() {
  const { t } = useTranslation();
  return (
    <Page title={t("notFound.title")} lead={t("notFound.text")} layout="narrow">
      <ButtonLink to="/">{t("notFound.home")}</ButtonLink>
    </Page>
  );
}
