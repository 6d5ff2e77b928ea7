/** All shortcuts that hold on every screen. A screen of its own, as the Bot Builder, lists its keys itself. */
import { Alert, Kbd, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay } from "../api/me.ts";
import { MENU } from "./menu.ts";
import { usePreferences } from "./preferences.ts";
import classes from "./ShortcutsDialog.module.css";

/** The keys of CHATS. */
const CHATS: [keys: string[], what: string][] = [
  [["j"], "next"],
  [["k"], "previous"],
  [["r"], "reply"],
  [["n"], "note"],
  [["F6"], "column"],
  [["/"], "canned"],
];

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["shortcuts", "common"]);
  const may = useMay();
  const on = usePreferences((it) => it.shortcuts);
  const command = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";
  return (
    <Modal opened onClose={onClose} title={t("title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <div className="stack">
        {on ? null : (
          <Alert color="yellow" variant="light">
            {t("off")}
          </Alert>
        )}
        <section>
          <h3 className={classes.title}>{t("groups.everywhere")}</h3>
          <dl className={classes.keys}>
            <Line keys={[command, "K"]} what={t("palette")} />
            <Line keys={["?"]} what={t("help")} />
            <Line keys={["Esc"]} what={t("close")} />
          </dl>
        </section>
        <section>
          <h3 className={classes.title}>{t("groups.go")}</h3>
          <dl className={classes.keys}>
            {MENU.filter((it) => it.needs.some(may)).map((it) => (
              <Line key={it.key} keys={["g", it.letter]} between={t("then")} what={t(`common:nav.${it.key}`)} />
            ))}
          </dl>
        </section>
        {may("view_chats") ? (
          <section>
            <h3 className={classes.title}>{t("groups.chats")}</h3>
            <dl className={classes.keys}>
              {CHATS.map(([keys, what]) => (
                <Line key={what} keys={keys} what={t(`chats.${what}`)} />
              ))}
            </dl>
          </section>
        ) : null}
      </div>
    </Modal>
  );
}

function Line({ keys, what, between = "+" }: { keys: string[]; what: string; between?: string }) {
  return (
    <div>
      <dt>{what}</dt>
      <dd>
        {keys.map((it, index) => (
          <span key={it}>
            {index > 0 ? ` ${between} ` : ""}
            <Kbd>{it}</Kbd>
          </span>
        ))}
      </dd>
    </div>
  );
}
