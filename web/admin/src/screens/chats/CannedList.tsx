/** The canned replies that fit, above the line that is being written. */
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { CannedReply } from "../../api/canned.ts";
import classes from "./Composer.module.css";

interface Props {
  id: string;
  found: readonly CannedReply[];
  chosen: number;
  onChoose: (text: string) => void;
}

export function CannedList({ id, found, chosen, onChoose }: Props) {
  const { t } = useTranslation("chats");
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <div ref={list} id={id} role="listbox" aria-label={t("canned.title")} className={classes.canned}>
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
            onChoose(it.text);
          }}
        >
          <strong>{it.name}</strong> <span dir="auto">{it.text}</span>
        </div>
      ))}
    </div>
  );
}
