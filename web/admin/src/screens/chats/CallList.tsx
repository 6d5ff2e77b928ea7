/** What fits a call, above the line that is being written: canned replies, or colleagues. */
import { useEffect, useRef } from "react";
import classes from "./Composer.module.css";
import type { Offer } from "./useCalls.ts";

interface Props {
  id: string;
  label: string;
  found: readonly Offer[];
  chosen: number;
  onChoose: (offer: Offer) => void;
}

export function CallList({ id, label, found, chosen, onChoose }: Props) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <div ref={list} id={id} role="listbox" aria-label={label} className={classes.canned}>
      {found.map((it, at) => (
        // The keys are those of the text, which keeps the focus.
        <div
          key={it.id}
          id={`${id}-${at}`}
          role="option"
          tabIndex={-1}
          aria-selected={at === chosen}
          className={classes.option}
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(it);
          }}
        >
          <strong dir="auto">{it.name}</strong> <span dir="auto">{it.text}</span>
        </div>
      ))}
    </div>
  );
}
