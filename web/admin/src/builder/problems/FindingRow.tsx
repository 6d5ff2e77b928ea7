/** One finding: what is wrong, where, and what helps. */
import { Button, Group } from "@mantine/core";
import { IconAlertTriangle, IconCircleX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Finding } from "../api.ts";
import { useBuilder, useEditor } from "../context.ts";
import { openPanel } from "../editor/view.ts";
import { findBox } from "../model/document.ts";
import classes from "./FindingRow.module.css";
import { settingPath } from "./findings.ts";
import { fixesFor } from "./fixes.ts";

export function FindingRow({ finding, showBox = true }: { finding: Finding; showBox?: boolean }) {
  const { t } = useTranslation("builder");
  const { editor, catalogue, view, goTo } = useBuilder();
  const document = useEditor((it) => it.document);
  const box = finding.box_id ? findBox(document, finding.box_id) : undefined;
  const fixes = editor.readOnly ? [] : fixesFor(finding, document, catalogue);
  const isError = finding.severity === "error";
  const Icon = isError ? IconCircleX : IconAlertTriangle;
  const go = (): void => {
    if (!box) {
      view.setState({ side: "bot" });
      return;
    }
    editor.activate(box.id);
    goTo(box.id, { keepFocus: true });
    const path = settingPath(finding);
    openPanel(view, finding.link !== null && finding.link !== undefined ? `link:${finding.link}` : (path?.join("-") ?? "title"));
  };
  return (
    <div className={classes.row} data-severity={finding.severity}>
      <Icon size={18} aria-hidden className={classes.icon} />
      <div className={classes.text}>
        <span className="visually-hidden">{t(isError ? "problems.error" : "problems.warning")}: </span>
        {showBox && box ? <strong dir="auto">{catalogue.titleOf(box)}: </strong> : null}
        {finding.message}
        <Group gap={4} mt={4}>
          {fixes.map((fix) => (
            <Button key={JSON.stringify(fix.label)} size="compact-xs" variant="light" onClick={() => editor.dispatchAll(fix.acts)}>
              {t(fix.label.key, fix.label.values ?? {})}
            </Button>
          ))}
          <Button size="compact-xs" variant="subtle" onClick={go} aria-label={t("problems.go_to", { message: finding.message })}>
            {t("problems.go")}
          </Button>
        </Group>
      </div>
    </div>
  );
}
