/** A sticky note on the canvas. */
import { type NodeProps, NodeResizer } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder } from "../context.ts";
import classes from "./NoteNode.module.css";
import type { NoteNode as NoteNodeType } from "./nodes.ts";

export const NoteNode = memo(function NoteNode({ data: { note, readOnly }, selected }: NodeProps<NoteNodeType>) {
  const { t } = useTranslation("builder");
  const { editor } = useBuilder();
  const resized = (_: unknown, { x, y, width, height }: { x: number; y: number; width: number; height: number }): void => {
    editor.dispatch("set_note", {
      note: note.id,
      change: { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) },
    });
  };
  return (
    <div className={classes.note} data-color={note.color ?? "yellow"}>
      {readOnly ? null : <NodeResizer isVisible={selected ?? false} minWidth={120} minHeight={64} onResizeEnd={resized} />}
      <textarea
        className={`${classes.text} ${selected ? "nodrag nowheel" : ""}`}
        aria-label={t("canvas.note")}
        tabIndex={selected ? 0 : -1}
        dir="auto"
        readOnly={readOnly}
        placeholder={t("canvas.note_hint")}
        value={note.text}
        onChange={(event) => editor.dispatch("set_note", { note: note.id, change: { text: event.target.value } })}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
          event.stopPropagation();
        }}
      />
    </div>
  );
});
