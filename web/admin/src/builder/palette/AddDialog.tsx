/** Chooses the type of a new box. */
import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useBuilder } from "../context.ts";
import type { Dialog } from "../editor/view.ts";
import { defaultLink, findBox } from "../model/document.ts";
import { newBoxId } from "../model/ids.ts";
import { Picker } from "./Picker.tsx";
import { useTypeChoices } from "./types.tsx";

export function AddDialog({ dialog }: { dialog: Extract<Dialog, { kind: "add" }> }) {
  const { t } = useTranslation("builder");
  const { editor, view, catalogue, goTo } = useBuilder();
  const choices = useTypeChoices(catalogue);
  const close = (): void => view.setState({ dialog: null });
  const add = (type: string): void => {
    const { from, at, when } = dialog;
    close();
    // What only says something leads to one box: a next one comes between.
    const says = from !== undefined && catalogue.find(findBox(editor.document, from)?.type ?? "")?.group === "say";
    const between = says && !at && !when && catalogue.leaves(type) ? defaultLink(editor.document, from)?.index : undefined;
    const link = dialog.link ?? between;
    const done =
      link === undefined
        ? editor.dispatch("add_box", { type, ...(from === undefined ? {} : { from }), ...(at ? { at } : {}), ...(when ? { when } : {}) })
        : at
          ? editor.dispatchAll([
              ["add_box", { type, at }],
              ["set_link", { link, to: newBoxId(editor.document, type) }],
            ])
          : editor.dispatch("insert_box", { link, type });
    const made = link !== undefined && at ? editor.store.getState().selection.boxes[0] : done?.box;
    if (made) goTo(made);
  };
  return (
    <Modal
      closeButtonProps={{ "aria-label": t("panel.close") }}
      opened
      onClose={close}
      title={t(dialog.from ? "add.title_linked" : "add.title")}
      size="md"
    >
      <Picker label={t("add.search")} choices={choices} onPick={add} />
    </Modal>
  );
}
