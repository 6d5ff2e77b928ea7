/** What differs, in words. Marks and words, never colour alone. */
import { IconMinus, IconPencil, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Change } from "../api.ts";
import classes from "./publish.module.css";

const MARKS = { added: IconPlus, changed: IconPencil, removed: IconMinus } as const;

export function ChangeList({ changes }: { changes: readonly Change[] }) {
  const { t } = useTranslation("builder");
  return (
    <ul className={classes.changes}>
      {changes.map((it, place) => (
        // Changes have no identity of their own, and the list never changes while it is shown.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={place} data-kind={it.kind}>
          <Mark kind={it.kind} />
          <span className="visually-hidden">{t(`versions.mark_${it.kind}`)}: </span>
          <span>
            <span dir="auto">{it.sentence}</span>
            {it.kind === "changed" ? <Texts before={it.before} after={it.after} /> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Mark({ kind }: { kind: Change["kind"] }) {
  const Icon = MARKS[kind];
  return <Icon size={16} aria-hidden className={classes.mark} />;
}

/** What it said and what it says, where that is words: numbers and switches are told well enough by the sentence. */
function Texts({ before, after }: { before: unknown; after: unknown }) {
  if (typeof before !== "string" || typeof after !== "string") return null;
  return (
    <span className={classes.texts}>
      <del dir="auto">{before}</del>
      <ins dir="auto">{after}</ins>
    </span>
  );
}
