/** Who talks to the bot, when, in which language, and what becomes of its calls. */
import { Button, NativeSelect, SegmentedControl, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder, useEditor } from "../context.ts";
import { isPlain } from "../model/text.ts";
import type { Settings, TestSession } from "./session.ts";
import classes from "./TestChat.module.css";

export interface SettingsPanelProps {
  settings: Settings;
  onChange: (settings: Settings) => void;
  onRestart: () => void;
  session: TestSession;
}

export function SettingsPanel({ settings, onChange, onRestart, session }: SettingsPanelProps) {
  const { t } = useTranslation("builder");
  const { resources } = useBuilder();
  const document = useEditor((it) => it.document);
  const now = session.turns.at(-1)?.step.user ?? settings.user;
  const [fields, setFields] = useState(() => JSON.stringify(now.fields, null, 2));
  const parsed = read(fields);
  const languages = [...new Set([document.language, ...(document.languages ?? [])])];
  const change = (next: Partial<Settings>): void => onChange({ ...settings, ...next });
  const setUser = (user: Settings["user"]): void => {
    change({ user });
    // From here on, without beginning anew.
    session.setUser(user);
  };
  return (
    <section className={classes.settings} aria-label={t("test.settings")}>
      <TextInput
        type="datetime-local"
        label={t("test.clock")}
        description={t("test.clock_hint")}
        value={settings.clock}
        onChange={(event) => change({ clock: event.target.value })}
      />
      <NativeSelect
        label={t("test.language")}
        value={settings.language}
        data={[{ value: "", label: t("test.language_of_bot") }, ...languages.map((it) => ({ value: it, label: it }))]}
        onChange={(event) => change({ language: event.target.value })}
      />
      <div>
        <span className={classes.label} id="test-external">
          {t("test.external")}
        </span>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-labelledby="test-external"
          value={settings.external}
          data={[
            { value: "ask", label: t("test.external_ask") },
            { value: "live", label: t("test.external_live") },
          ]}
          onChange={(external) => change({ external: external === "live" ? "live" : "ask" })}
        />
      </div>
      <Textarea
        data-own-undo
        label={t("test.fields")}
        error={parsed ? undefined : t("test.not_json")}
        autosize
        minRows={2}
        maxRows={8}
        styles={{ input: { fontFamily: "var(--font-code)", fontSize: "0.8125rem" } }}
        value={fields}
        onChange={(event) => {
          setFields(event.target.value);
          const made = read(event.target.value);
          if (made) setUser({ ...now, fields: made });
        }}
      />
      <TagsInput
        label={t("test.flags")}
        data={resources.flags}
        acceptValueOnBlur
        value={now.flags}
        comboboxProps={{ withinPortal: false }}
        onChange={(flags) => setUser({ ...now, flags })}
      />
      <Button size="compact-sm" onClick={onRestart}>
        {t("test.restart_with")}
      </Button>
    </section>
  );
}

function read(text: string): Record<string, unknown> | null {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isPlain(value) ? value : null;
  } catch {
    return null;
  }
}
