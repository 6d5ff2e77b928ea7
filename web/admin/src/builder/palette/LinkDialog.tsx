/** Chooses what a link leads to: a new box, or one that is there. */
import { Modal } from "@mantine/core";
import { IconSquarePlus } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder } from "../context.ts";
import type { Dialog } from "../editor/view.ts";
import { iconOf } from "../icons.ts";
import { findBox } from "../model/document.ts";
import { outlineOf, readingOrder } from "../model/order.ts";
import { type Choice, Picker } from "./Picker.tsx";

const NEW = "new";

export function LinkDialog({ dialog }: { dialog: Extract<Dialog, { kind: "link" }> }) {
  const { t } = useTranslation("builder");
  const { editor, view, catalogue, goTo } = useBuilder();
  const { document } = editor;
  const origin = findBox(document, dialog.from);
  const choices = useMemo((): Choice[] => {
    const boxes = readingOrder(outlineOf(document, (id) => catalogue.namedBoxes(document, id))).flatMap((id) => {
      const box = findBox(document, id);
      if (!box) return [];
      const type = catalogue.find(box.type);
      const Icon = iconOf(type?.icon);
      const title = catalogue.titleOf(box);
      return [
        {
          key: `box:${id}`,
          group: t("link.boxes"),
          name: id === dialog.from ? `${title} (${t("links.itself")})` : title,
          words: `${id} ${type?.title ?? ""} ${catalogue.summary(box)}`,
          icon: <Icon size={18} aria-hidden />,
          hint: catalogue.summary(box).slice(0, 80),
        },
      ];
    });
    return [
      { key: NEW, group: t("link.new_group"), name: t("link.new"), words: "", icon: <IconSquarePlus size={18} aria-hidden /> },
      ...boxes,
    ];
  }, [document, catalogue, dialog.from, t]);
  const close = (): void => view.setState({ dialog: null });
  const pick = (key: string): void => {
    if (key === NEW) {
      view.setState({ dialog: { kind: "add", from: dialog.from } });
      return;
    }
    close();
    const to = key.slice("box:".length);
    if (dialog.link === undefined) editor.dispatch("add_link", { from: dialog.from, to });
    else editor.dispatch("set_link", { link: dialog.link, to });
    goTo(dialog.from);
  };
  return (
    <Modal
      closeButtonProps={{ "aria-label": t("panel.close") }}
      opened
      onClose={close}
      title={t("link.title", { from: origin ? catalogue.titleOf(origin) : "" })}
      size="md"
    >
      <Picker label={t("link.search")} choices={choices} onPick={pick} />
    </Modal>
  );
}
