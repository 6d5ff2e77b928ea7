/** Text for machines: a command, a program, a body. Can be scrolled by keyboard and copied. */

import classes from "./CodeBlock.module.css";
import { CopyButton } from "./CopyButton.tsx";

interface Props {
  code: string;
  /** What it is. */
  label: string;
  /** Lines that are too long go on below, instead of out of sight. */
  wrap?: boolean;
  /** Shown with its label above. */
  titled?: boolean;
}

export function CodeBlock({ code, label, wrap = false, titled = false }: Props) {
  return (
    <div className={classes.block}>
      <div className={classes.head} data-titled={titled}>
        {titled ? <span>{label}</span> : null}
        <CopyButton value={code} what={label} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by keyboard */}
      <section className={classes.code} data-wrap={wrap} tabIndex={0} aria-label={label}>
        <pre>
          <code>{code}</code>
        </pre>
      </section>
    </div>
  );
}

/** JSON as people read it; what is no JSON stays as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
