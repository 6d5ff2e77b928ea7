/** Text for machines: a command, a program, a body. Can be scrolled by keyboard and copied. */
import { CopyButton } from "./CopyButton.tsx";
import classes from "./CodeBlock.module.css";

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
      <pre className={classes.code} data-wrap={wrap} tabIndex={0} role="region" aria-label={label}>
        <code>{code}</code>
      </pre>
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
