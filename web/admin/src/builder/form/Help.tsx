/** The server's own words about a setting; what stands in backticks is code. */
import { Fragment } from "react";
import classes from "./Help.module.css";

export function Help({ text }: { text: string }) {
  return text.split("`").map((part, place) =>
    place % 2 ? (
      // Parts of a text that never changes have no identity beyond their place.
      // biome-ignore lint/suspicious/noArrayIndexKey: see above
      <code key={place} className={classes.code}>
        {part}
      </code>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: see above
      <Fragment key={place}>{part}</Fragment>
    ),
  );
}
