/** CHATBOTS: the list of bots. */
import { useTranslation } from "react-i18next";
import { Page } from "../../shell/Page.tsx";

export function BotsScreen() {
  const { t } = useTranslation();
  return <Page title={t("nav.bots")}>{null}</Page>;
}
