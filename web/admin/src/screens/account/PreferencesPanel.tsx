/** How the app looks and behaves in this browser. */
import { Checkbox, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay } from "../../api/me.ts";
import { LANGUAGES, type Language, speak } from "../../i18n/index.ts";
import { type Preference, usePreferences } from "../../shell/preferences.ts";
import { type Choice, THEMES, useMode } from "../../theme/mode.ts";
import { Panel } from "../../ui/Panel.tsx";
import classes from "./PreferencesPanel.module.css";

const CHOICES: readonly Choice[] = ["system", ...THEMES];
const CODES: readonly Language[] = ["en", "de"];

export function PreferencesPanel() {
  const { t, i18n } = useTranslation(["account", "common"]);
  const { choice, choose } = useMode();
  const preferences = usePreferences();
  const answers = useMay()("answer_chats");
  const shown: Preference[] = answers ? ["shortcuts", "enterSends", "undoSend"] : ["shortcuts"];
  return (
    <Panel title={t("preferences.title")} lead={t("preferences.lead")}>
      <div className="stack">
        <div className={classes.pair}>
          <NativeSelect
            label={t("common:header.theme")}
            data={CHOICES.map((value) => ({ value, label: t(`common:header.themes.${value}`) }))}
            value={choice}
            onChange={(event) => choose(CHOICES.find((it) => it === event.currentTarget.value) ?? "system")}
          />
          <NativeSelect
            label={t("common:header.language")}
            data={CODES.map((value) => ({ value, label: LANGUAGES[value] }))}
            value={i18n.language}
            onChange={(event) => void speak(CODES.find((it) => it === event.currentTarget.value) ?? "en")}
          />
        </div>
        {shown.map((it) => (
          <Checkbox
            key={it}
            label={t(`preferences.${it}`)}
            description={t(`preferences.${it}Hint`)}
            checked={preferences[it]}
            onChange={(event) => preferences.prefer(it, event.currentTarget.checked)}
          />
        ))}
      </div>
    </Panel>
  );
}
