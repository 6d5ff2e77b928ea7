/** The keys of the Bot Builder. */
import { Kbd, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useBuilder } from "./context.ts";
import classes from "./KeysDialog.module.css";

const KEYS: Record<string, [keys: string, does: string][]> = {
  box: [
    ["← → ↑ ↓", "arrows"],
    ["Enter", "enter"],
    ["F2", "rename"],
    ["L", "link"],
    ["N", "next"],
    ["+  A", "add"],
    ["M", "move"],
    ["[  ]", "row"],
    ["Alt ↑ ↓", "order"],
    ["Shift ← → ↑ ↓", "extend"],
    ["Del", "delete"],
    ["P  Shift P", "problem"],
    ["H", "start"],
  ],
  view: [
    ["1", "fit"],
    ["2", "selection"],
    ["0", "reset"],
    ["-  =", "zoom"],
    ["Space", "pan"],
  ],
  all: [
    ["Ctrl Z", "undo"],
    ["Ctrl Shift Z", "redo"],
    ["Ctrl C X V", "clipboard"],
    ["Ctrl D", "duplicate"],
    ["Ctrl A", "all"],
    ["Ctrl F", "find"],
    ["Ctrl E", "test"],
    ["Esc", "escape"],
  ],
};

export function KeysDialog() {
  const { t } = useTranslation("builder");
  const { view } = useBuilder();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t("panel.close") }}
      opened
      onClose={() => view.setState({ dialog: null })}
      title={t("keys.title")}
      size="lg"
    >
      <div className={classes.groups}>
        {Object.entries(KEYS).map(([group, list]) => (
          <section key={group} aria-labelledby={`keys-${group}`}>
            <h3 id={`keys-${group}`} className={classes.heading}>
              {t(`keys.group_${group}`)}
            </h3>
            <dl className={classes.list}>
              {list.map(([keys, does]) => (
                <div key={does} className={classes.line}>
                  <dt>
                    <Kbd>{keys}</Kbd>
                  </dt>
                  <dd>{t(`keys.${does}`)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
