/** The panel of a sticky note. */
import { ActionIcon, Button, SegmentedControl, Textarea } from "@mantine/core";
import { IconTrash, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useBuilder } from "../context.ts";
import type { Note } from "../model/document.ts";
import rows from "./BotPanel.module.css";
import classes from "./BoxPanel.module.css";

const COLORS = ["yellow", "blue", "green", "violet"] as const;

export function NotePanel({ note }: { note: Note }) {
  const { t } = useTranslation("builder");
  const { editor, view } = useBuilder();
  const { readOnly } = editor;
  return (
    <section className={classes.panel} aria-labelledby="note-title">
      <header className={classes.head}>
        <h2 id="note-title" className={classes.title}>
          {t("canvas.note")}
        </h2>
        <ActionIcon variant="subtle" color="gray" aria-label={t("panel.close")} onClick={() => view.setState({ panel: false })}>
          <IconX size={18} aria-hidden />
        </ActionIcon>
      </header>
      <div className={`${classes.body} ${rows.panel}`}>
        <Textarea
          label={t("note.text")}
          description={t("note.hint")}
          autosize
          minRows={4}
          dir="auto"
          readOnly={readOnly}
          value={note.text}
          onChange={(event) => editor.dispatch("set_note", { note: note.id, change: { text: event.target.value } })}
        />
        <SegmentedControl
          aria-label={t("note.color")}
          disabled={readOnly}
          value={note.color ?? "yellow"}
          data={COLORS.map((it) => ({ value: it, label: t(`note.color_${it}`) }))}
          onChange={(color) => editor.dispatch("set_note", { note: note.id, change: { color } })}
        />
        {readOnly ? null : (
          <Button
            variant="light"
            color="red"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => editor.dispatch("remove", { boxes: [], notes: [note.id] })}
          >
            {t("canvas.delete")}
          </Button>
        )}
      </div>
    </section>
  );
}
