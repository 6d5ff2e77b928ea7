/** All types of boxes beside the canvas: a press adds one after the selected box, dragging puts it anywhere. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder, useEditor } from "../context.ts";
import { iconOf } from "../icons.ts";
import { defaultLink, findBox } from "../model/document.ts";
import { BOX_TYPE } from "./drag.ts";
import classes from "./Palette.module.css";

export function Palette() {
  const { t, i18n } = useTranslation("builder");
  const { editor, catalogue, goTo } = useBuilder();
  const selection = useEditor((it) => it.selection);
  const document = useEditor((it) => it.document);
  const [only] = selection.boxes;
  const after = selection.boxes.length === 1 && only ? findBox(document, only) : undefined;
  const from = after && catalogue.leaves(after.type) && !defaultLink(document, after.id) ? after.id : undefined;
  const groups = useMemo(() => [...new Set(catalogue.types.map((it) => it.group))], [catalogue]);
  return (
    <div className={classes.palette}>
      <p className={classes.hint}>{t(from ? "palette.hint_after" : "palette.hint")}</p>
      {groups.map((group) => (
        <section key={group} aria-labelledby={`palette-${group}`}>
          <h3 id={`palette-${group}`} className={classes.group}>
            {i18n.exists(`group.${group}`, { ns: "builder" }) ? t(`group.${group}`) : group}
          </h3>
          <ul className={classes.list}>
            {catalogue.types
              .filter((it) => it.group === group)
              .map((it) => {
                const Icon = iconOf(it.icon);
                return (
                  <li key={it.type}>
                    <button
                      type="button"
                      className={classes.type}
                      data-group={it.group}
                      title={it.description}
                      draggable
                      onDragStart={(event) => {
                        event.dataTransfer.setData(BOX_TYPE, it.type);
                        event.dataTransfer.effectAllowed = "copy";
                      }}
                      onClick={() => {
                        const done = editor.dispatch("add_box", { type: it.type, ...(from ? { from } : {}) });
                        if (done?.box) goTo(done.box, { keepFocus: true });
                      }}
                    >
                      <Icon size={16} stroke={1.75} aria-hidden />
                      <span>{it.title}</span>
                    </button>
                  </li>
                );
              })}
          </ul>
        </section>
      ))}
    </div>
  );
}
