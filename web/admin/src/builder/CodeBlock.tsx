/** A longer piece of code or JSON that scrolls, by keyboard as well. */
import classes from "./CodeBlock.module.css";

export function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: an area that only the mouse could scroll would be none for the keyboard
    <section tabIndex={0} aria-label={label} className={classes.code}>
      <pre>{text}</pre>
    </section>
  );
}
