/** Reads out what was done, politely: results, not keys. */
import type { TFunction } from "i18next";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder, useEditor, useSaver } from "./context.ts";
import type { Announcement } from "./editor/editor.ts";
import { countOf } from "./problems/findings.ts";
import { agentName } from "./resources.ts";
import { labelText } from "./words.ts";

const GONE_AFTER_MS = 4_000;
const COUNT_AFTER_MS = 1_000;

export function Announcer() {
  const announcement = useEditor((it) => it.announcement);
  const findings = useEditor((it) => it.findings);
  const merged = useSaver((it) => it.merged);
  const { editor, resources } = useBuilder();
  const { t } = useTranslation("builder");
  const [text, setText] = useState("");
  const [counted, setCounted] = useState("");

  useEffect(() => {
    if (announcement) setText(sentence(announcement, t));
    // The region is emptied, so that nobody who wanders through the page finds old news.
    const timer = setTimeout(() => setText(""), GONE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [announcement, t]);

  useEffect(() => {
    if (merged) editor.tell({ key: "merged", values: { by: agentName(resources, merged.by) ?? t("save.somebody") } });
  }, [merged, editor, resources, t]);

  const { errors, warnings } = countOf(findings);
  useEffect(() => {
    const timer = setTimeout(
      () =>
        setCounted(
          t("problems.count", { errors: t("problems.errors", { count: errors }), warnings: t("problems.warnings", { count: warnings }) }),
        ),
      COUNT_AFTER_MS,
    );
    return () => clearTimeout(timer);
  }, [errors, warnings, t]);

  return (
    <>
      <div className="visually-hidden" role="status" data-builder-announcer>
        {text}
      </div>
      <div className="visually-hidden" role="status">
        {counted}
      </div>
    </>
  );
}

function sentence({ label, way }: Announcement, t: TFunction<"builder">): string {
  const what = labelText(label, t, way === "told" ? "told" : "did");
  return way === "told" ? what : t(way, { what });
}
