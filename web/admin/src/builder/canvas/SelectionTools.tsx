/** What can be done with the selected boxes. It comes right after them in the order of the tab key. */
import { Tooltip } from "@mantine/core";
import { IconCopy, IconLayoutDistributeVertical, IconLink, IconPlayerPlay, IconPlus, IconSettings, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useBuilder, useEditor } from "../context.ts";
import { openPanel } from "../editor/view.ts";
import { Toolbar } from "../Toolbar.tsx";
import classes from "./SelectionTools.module.css";

export function SelectionTools() {
  const { t } = useTranslation("builder");
  const { editor, view, goTo, catalogue } = useBuilder();
  const selection = useEditor((it) => it.selection);
  const document = useEditor((it) => it.document);
  const [only] = selection.boxes;
  const one = selection.boxes.length === 1 && only !== undefined;
  const box = one ? document.boxes.find((it) => it.id === only) : undefined;
  const leads = box ? catalogue.leaves(box.type) : false;
  const parts = { boxes: [...selection.boxes], notes: [...selection.notes] };
  const follow = (id: string | undefined): void => {
    if (id) goTo(id);
  };
  return (
    <Toolbar label={t("canvas.selection")} className={`${classes.tools} nopan nodrag`}>
      {one ? <Tool label={t("canvas.open")} onClick={() => openPanel(view, "")} icon={IconSettings} /> : null}
      {editor.readOnly ? null : (
        <>
          {one && leads ? (
            <>
              <Tool label={t("canvas.add_next")} onClick={() => view.setState({ dialog: { kind: "add", from: only } })} icon={IconPlus} />
              <Tool label={t("canvas.link_to")} onClick={() => view.setState({ dialog: { kind: "link", from: only } })} icon={IconLink} />
            </>
          ) : null}
          {one ? (
            <Tool
              label={t("canvas.test_from")}
              onClick={() => view.setState({ test: true, testFrom: only, panel: false })}
              icon={IconPlayerPlay}
            />
          ) : null}
          {one ? null : (
            <Tool
              label={t("canvas.tidy_selected")}
              onClick={() => editor.dispatch("tidy", { boxes: parts.boxes })}
              icon={IconLayoutDistributeVertical}
            />
          )}
          <Tool label={t("canvas.duplicate")} onClick={() => follow(editor.dispatch("duplicate", parts)?.box)} icon={IconCopy} />
          <Tool label={t("canvas.delete")} onClick={() => follow(editor.dispatch("remove", parts)?.box)} icon={IconTrash} />
        </>
      )}
    </Toolbar>
  );
}

function Tool({ label, onClick, icon: Icon }: { label: string; onClick: () => void; icon: typeof IconPlus }) {
  return (
    <Tooltip label={label} openDelay={400}>
      <button type="button" className={classes.tool} aria-label={label} onClick={onClick}>
        <Icon size={16} aria-hidden />
      </button>
    </Tooltip>
  );
}
