/** What a workspace without bots sees: the three ways to the first. */
import { Button } from "@mantine/core";
import { IconFileImport, IconPlus, IconRobot } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { templatesQuery } from "../../api/bots.ts";
import { useMay } from "../../api/me.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ButtonLink } from "../../ui/links.tsx";
import { TemplateCard } from "../templates/TemplateCard.tsx";
import cards from "../templates/TemplatesScreen.module.css";

export function FirstBot({ onNew, onImport }: { onNew: () => void; onImport: () => void }) {
  const { t } = useTranslation("bots");
  const edit = useMay()("edit_bots");
  const { data: templates } = useQuery({ ...templatesQuery, enabled: edit });
  if (!edit) return <EmptyState icon={IconRobot} title={t("empty.title")} text={t("empty.viewer")} />;
  return (
    <div className="stack">
      <EmptyState icon={IconRobot} title={t("empty.title")} text={t("empty.text")}>
        <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={onNew}>
          {t("new.button")}
        </Button>
        <Button variant="default" leftSection={<IconFileImport size={18} aria-hidden />} onClick={onImport}>
          {t("import.button")}
        </Button>
        <ButtonLink variant="subtle" to="/templates">
          {t("empty.templates")}
        </ButtonLink>
      </EmptyState>
      {templates && templates.length > 0 ? (
        <div className={cards.cards}>
          {templates.slice(0, 3).map((it) => (
            <TemplateCard key={it.id} template={it} level={2} />
          ))}
        </div>
      ) : null}
    </div>
  );
}
