/** A line of a conversation: who, when, and what. The same at the desk and in the logs. */
import type { ReactNode } from "react";
import classes from "./Bubble.module.css";

interface Props {
  from: "user" | "bot" | "agent" | "system";
  /** Where it stands: whose screen it is stands at the end. */
  side: "start" | "end" | "middle";
  /** Who and when. */
  by?: ReactNode;
  children: ReactNode;
  /** What became of it. */
  below?: ReactNode;
}

/** An item of a list. What else is given, such as `data-seq`, is on the item. */
export function Bubble({ from, side, by, children, below, ...rest }: Props & Record<`data-${string}`, unknown>) {
  return (
    <li {...rest} className={classes.line} data-from={from} data-side={side}>
      {by ? <p className={classes.by}>{by}</p> : null}
      <div className={classes.bubble} dir="auto">
        {children}
      </div>
      {below ? <div className={classes.by}>{below}</div> : null}
    </li>
  );
}

/** A private note of an agent between the lines, told apart by its place, its colour and its words. */
export function NoteBubble({ by, children }: { by: ReactNode; children: ReactNode }) {
  return (
    <li className={classes.note}>
      <p className={classes.by}>{by}</p>
      <div dir="auto">{children}</div>
    </li>
  );
}

/** The list that such lines are in. */
export function Conversation({ children }: { children: ReactNode }) {
  return <ol className={classes.list}>{children}</ol>;
}
