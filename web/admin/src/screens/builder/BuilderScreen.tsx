/** The Bot Builder: one bot's draft, drawn and listed. */
import { useTranslation } from "react-i18next";
import { Page } from "../../shell/Page.tsx";

export function BuilderScreen({ functionId }: { functionId: string }) {
  const { t } = useTranslation("builder");
  return (
    <Page title={functionId} titleParts={[t("title")]}>
      <p>{functionId}</p>
    </Page>
  );
}
