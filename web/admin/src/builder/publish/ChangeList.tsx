/** What differs, in words. Marks and words, never colour alone. */
import { useTranslation } from "react-i18next";
import type { Change } from "../api.ts";
import classes from "./publish.module.css";

const MARKS = { added: "＋", changed: "～", removed: "−" } as const;

export function ChangeList({ changes }: { changes: readonly Change[] }) {
  const { t } = useTranslation("builder");
  return (
    <ul className={classes.changes}>
      {changes.map((it, place) => (
        // Changes have no identity of their own, and the list never changes while it is shown.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={place} data-kind={it.kind}>
          <span aria-hidden className={classes.mark}>
            {MARKS[it.kind]}
          </span>
          <span className="visually-hidden">{t(`versions.mark_${it.kind}`)}: </span>
          <span dir="auto">{it.sentence}</span>
        </li>
      ))}
    </ul>
  );
}
