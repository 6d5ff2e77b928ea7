/** What can be done with a row of a table, as a line of small buttons with names. */
import { ActionIcon } from "@mantine/core";
import type { IconProps } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import classes from "./RowActs.module.css";

export interface RowAct {
  icon: ComponentType<IconProps>;
  /** What it does and with which row. */
  label: string;
  /** Takes something away. */
  isDangerous?: boolean;
  onClick: () => void;
}

interface Props {
  acts: readonly RowAct[];
  /** A menu with what is done more seldom. */
  children?: ReactNode;
}

export function RowActs({ acts, children }: Props) {
  return (
    <span className={classes.acts}>
      {acts.map(({ icon: Icon, label, isDangerous = false, onClick }) => (
        <ActionIcon
          key={label}
          variant="subtle"
          color={isDangerous ? "red" : "gray"}
          size="lg"
          aria-label={label}
          title={label}
          onClick={onClick}
        >
          <Icon size={18} aria-hidden />
        </ActionIcon>
      ))}
      {children}
    </span>
  );
}
