/** Words that mean the same: who asks by one finds what is answered under another. */
import { ActionIcon, Button, TagsInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../ui/Panel.tsx";
import classes from "./Faq.module.css";

interface Props {
  groups: string[][];
  readOnly: boolean;
  onChange: (groups: string[][]) => void;
}

export function SynonymsPanel({ groups, readOnly, onChange }: Props) {
  const { t } = useTranslation("faq");
  return (
    <Panel title={t("synonyms.title")} lead={t("synonyms.lead")}>
      <div className="stack">
        {groups.map((group, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a group has nothing else that is its own
          <div key={at} className={classes.group}>
            <TagsInput
              aria-label={t("synonyms.group", { number: at + 1 })}
              acceptValueOnBlur
              disabled={readOnly}
              value={group}
              onChange={(words) => onChange(groups.map((it, place) => (place === at ? words : it)))}
            />
            {readOnly ? null : (
              <ActionIcon
                variant="subtle"
                color="red"
                size="lg"
                aria-label={t("synonyms.remove", { number: at + 1 })}
                onClick={() => onChange(groups.filter((_, place) => place !== at))}
              >
                <IconTrash size={18} aria-hidden />
              </ActionIcon>
            )}
          </div>
        ))}
        {readOnly ? null : (
          <Button
            className="start"
            size="xs"
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => onChange([...groups, []])}
          >
            {t("synonyms.add")}
          </Button>
        )}
      </div>
    </Panel>
  );
}
