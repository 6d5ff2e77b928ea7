/** The command palette: a combobox as the ARIA practices describe it. The focus stays in the input; the list follows it. */
import { Modal } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { announce } from "../ui/announcer.ts";
import { type Entry, search } from "./entries.ts";
import classes from "./Palette.module.css";
import { useEntries } from "./useEntries.ts";

export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["palette", "common"]);
  const id = useId();
  const entries = useEntries();
  const [words, setWords] = useState("");
  const [place, setPlace] = useState(0);
  // It goes away as a whole when it is closed, so the dialog itself gives no focus back.
  const [opener] = useState(() => document.activeElement);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => search(entries, words), [entries, words]);
  const at = Math.min(place, found.length - 1);
  const active = found[at];
  const count = found.length;

  useEffect(
    () => () => {
      if (opener instanceof HTMLElement) opener.focus();
    },
    [opener],
  );

  useEffect(() => {
    if (!words) return;
    const timer = setTimeout(() => announce(t("count", { count })), 400);
    return () => clearTimeout(timer);
  }, [words, count, t]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the entry that is active has moved
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const run = (entry: Entry) => {
    onClose();
    // After the dialog has given the focus back, so that the next screen or dialog may take it.
    setTimeout(entry.run, 0);
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const next = moved(event.key, at, count);
    if (next !== null) setPlace(next);
    else if (event.key === "Enter" && active) run(active);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      size="lg"
      aria-label={t("title")}
      padding={0}
      yOffset="10vh"
      classNames={{ body: classes.body ?? "" }}
    >
      <div className={classes.head}>
        <IconSearch size={20} aria-hidden />
        <input
          className={classes.input}
          role="combobox"
          aria-label={t("title")}
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={active ? `${id}-${at}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={t("input")}
          data-autofocus
          value={words}
          onChange={(event) => {
            setWords(event.currentTarget.value);
            setPlace(0);
          }}
          onKeyDown={press}
        />
      </div>
      <div ref={list} id={id} role="listbox" aria-label={t("title")} className={classes.list} tabIndex={-1}>
        {groups(found).map(({ name, from, entries: some }) => (
          // biome-ignore lint/a11y/useSemanticElements: options are grouped so, and a fieldset is none of a listbox
          <div key={`${name}${from}`} role="group" aria-labelledby={`${id}-${name}`}>
            <p id={`${id}-${name}`} role="presentation" className={classes.group}>
              {t(`groups.${name}`)}
            </p>
            {some.map((it, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys belong to the input
              <div
                key={it.id}
                id={`${id}-${from + index}`}
                role="option"
                tabIndex={-1}
                aria-selected={from + index === at}
                className={classes.option}
                onClick={() => run(it)}
                onPointerMove={() => setPlace(from + index)}
              >
                <span dir="auto">{it.label}</span>
                {it.also ? <span className={classes.also}>{it.also}</span> : null}
              </div>
            ))}
          </div>
        ))}
      </div>
      {count === 0 ? <p className={classes.nothing}>{t("nothing", { words })}</p> : null}
      <p className={classes.keys} aria-hidden>
        <kbd>↑</kbd> <kbd>↓</kbd> {t("keys.move")} <kbd>↵</kbd> {t("keys.choose")} <kbd>Esc</kbd> {t("keys.close")}
      </p>
    </Modal>
  );
}

/** Where a key leads to in the list, or null if it leads nowhere. */
function moved(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at - 1 + count) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}

/** Entries that follow each other and belong to one group. */
function groups(found: Entry[]): { name: Entry["group"]; from: number; entries: Entry[] }[] {
  const all: { name: Entry["group"]; from: number; entries: Entry[] }[] = [];
  found.forEach((entry, from) => {
    const last = all.at(-1);
    if (last?.name === entry.group) last.entries.push(entry);
    else all.push({ name: entry.group, from, entries: [entry] });
  });
  return all;
}
