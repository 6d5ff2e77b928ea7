/** Several boxes or notes are selected: what can be done with all of them at once. */
import { ActionIcon, Button, Checkbox } from "@mantine/core";
import { IconCopy, IconSitemap, IconTrash, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useBuilder, useEditor } from "../context.ts";
import { findBox } from "../model/document.ts";
import { isPlain } from "../model/text.ts";
import rows from "./BotPanel.module.css";
import classes from "./BoxPanel.module.css";

export function SelectionPanel() {
  const { t } = useTranslation("builder");
  const { editor, view, goTo, catalogue } = useBuilder();
  const { readOnly } = editor;
  const document = useEditor((it) => it.document);
  const { boxes, notes } = useEditor((it) => it.selection);
  const all = boxes.flatMap((id) => findBox(document, id) ?? []);
  const shared = sharedTicks(
    all.map((it) => it.type),
    catalogue,
  );
  const ticks = (key: string) => all.map((it) => isPlain(it.advanced) && it.advanced[key] === true);
  const parts = { boxes: [...boxes], notes: [...notes] };
  return (
    <section className={classes.panel} aria-labelledby="selection-title">
      <header className={classes.head}>
        <h2 id="selection-title" className={classes.title}>
          {t("selection.title", { count: boxes.length + notes.length })}
        </h2>
        <ActionIcon variant="subtle" color="gray" aria-label={t("panel.close")} onClick={() => view.setState({ panel: false })}>
          <IconX size={18} aria-hidden />
        </ActionIcon>
      </header>
      <div className={`${classes.body} ${rows.panel}`}>
        {shared.map(({ key, description }) => {
          const values = ticks(key);
          const on = values.filter(Boolean).length;
          return (
            <Checkbox
              key={key}
              label={t(`setting.${key}`)}
              description={on && on < values.length ? t("selection.mixed", { on, of: values.length }) : description}
              disabled={readOnly}
              checked={on === values.length}
              indeterminate={on > 0 && on < values.length}
              onChange={(event) => {
                const value = event.target.checked ? true : undefined;
                editor.dispatchAll(
                  all.map((it) => ["set_setting", { box: it.id, path: ["advanced", key], value }]),
                  { key: "set_settings", values: { setting: key, count: all.length } },
                );
              }}
            />
          );
        })}
        {readOnly ? null : (
          <div className={rows.undeclared}>
            <Button
              variant="light"
              leftSection={<IconSitemap size={16} aria-hidden />}
              onClick={() => editor.dispatch("tidy", { boxes: parts.boxes })}
            >
              {t("canvas.tidy_selected")}
            </Button>
            <Button variant="light" leftSection={<IconCopy size={16} aria-hidden />} onClick={() => editor.dispatch("duplicate", parts)}>
              {t("canvas.duplicate")}
            </Button>
            <Button
              variant="light"
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => {
                const done = editor.dispatch("remove", parts);
                if (done?.box) goTo(done.box);
              }}
            >
              {t("canvas.delete")}
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}

/** Ticks of the Advanced panel that all these types have. */
function sharedTicks(
  types: string[],
  catalogue: ReturnType<typeof useBuilder>["catalogue"],
): { key: string; description: string | undefined }[] {
  const [first, ...others] = [...new Set(types)];
  if (!first) return [];
  return catalogue
    .advanced(first)
    .filter((it) => it.schema.type === "boolean" && others.every((type) => catalogue.advanced(type).some((other) => other.key === it.key)))
    .map((it) => ({ key: it.key, description: it.schema.description }));
}
