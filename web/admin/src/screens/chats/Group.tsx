/** A part of the person's column that folds; this browser remembers which are folded. */
import { useLocalStorage } from "@mantine/hooks";
import type { ReactNode } from "react";
import classes from "./PersonColumn.module.css";

interface Props {
  name: string;
  title: string;
  children: ReactNode;
}

export function Group({ name, title, children }: Props) {
  const [folded, setFolded] = useLocalStorage<string[]>({ key: "smartbot.chats.folded", defaultValue: [], getInitialValueInEffect: false });
  const isOpen = !folded.includes(name);
  return (
    <details
      className={classes.group}
      open={isOpen}
      onToggle={(event) => {
        const { open } = event.currentTarget;
        if (open !== isOpen) setFolded(open ? folded.filter((it) => it !== name) : [...folded, name]);
      }}
    >
      <summary>
        <h3>{title}</h3>
      </summary>
      {isOpen ? <div className={classes.inside}>{children}</div> : null}
    </details>
  );
}
