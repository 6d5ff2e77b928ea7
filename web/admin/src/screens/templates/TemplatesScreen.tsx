/** The gallery of ready-made bots. They came with the server, so the gallery needs no network of its own. */
import { Select } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { templatesQuery } from "../../api/bots.ts";
import { Page } from "../../shell/Page.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { languageNames } from "../../ui/languageNames.ts";
import { AnchorLink } from "../../ui/links.tsx";
import { QueryStates } from "../../ui/QueryStates.tsx";
import { TemplateCard } from "./TemplateCard.tsx";
import classes from "./TemplatesScreen.module.css";

export function TemplatesScreen() {
  const { t, i18n } = useTranslation("templates");
  const templates = useQuery(templatesQuery);
  const [language, setLanguage] = useState<string | null>(null);
  const languages = [...new Set(templates.data?.map((it) => it.language))];
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      above={
        <AnchorLink to="/bots" size="sm" className="back">
          <IconArrowLeft size={16} aria-hidden /> {t("back")}
        </AnchorLink>
      }
      actions={
        languages.length > 1 ? (
          <Select
            aria-label={t("language")}
            placeholder={t("anyLanguage")}
            clearable
            data={languageNames(languages, i18n.language)}
            value={language}
            onChange={setLanguage}
          />
        ) : null
      }
    >
      <QueryStates query={templates} what={t("what")}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState text={t("empty")} />
          ) : (
            <div className={classes.cards}>
              {all
                .filter((it) => language === null || it.language === language)
                .map((it) => (
                  <TemplateCard key={it.id} template={it} level={2} />
                ))}
            </div>
          )
        }
      </QueryStates>
    </Page>
  );
}
