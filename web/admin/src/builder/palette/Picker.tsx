/** A list that is searched by typing and picked from by arrow keys and Enter (APG combobox with a listbox that is always open). */
import { TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Picker.module.css";

export interface Choice {
  key: string;
  group: string;
  name: string;
  /** More words by which it is found. */
  words: string;
  icon?: ReactNode;
  hint?: string | undefined;
}

export interface PickerProps {
  label: string;
  choices: readonly Choice[];
  onPick: (key: string) => void;
}

export function Picker({ label, choices, onPick }: PickerProps) {
  const { t } = useTranslation("builder");
  const id = useId();
  const [query, setQuery] = useState("");
  const [place, setPlace] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => matching(choices, query), [choices, query]);
  const active = found[Math.min(place, found.length - 1)];

  useEffect(() => {
    const chosen = active && list.current?.querySelector(`[id="${id}-${CSS.escape(active.key)}"]`);
    chosen?.scrollIntoView({ block: "nearest" });
  }, [active, id]);

  const press = (event: React.KeyboardEvent): void => {
    const at = Math.min(place, found.length - 1);
    if (event.key === "ArrowDown") setPlace((at + 1) % found.length);
    else if (event.key === "ArrowUp") setPlace((at - 1 + found.length) % found.length);
    else if (event.key === "Enter" && active) onPick(active.key);
    else return;
    event.preventDefault();
  };

  const groups = [...new Set(found.map((it) => it.group))];
  return (
    <div className={classes.picker}>
      <TextInput
        data-autofocus
        aria-label={label}
        placeholder={label}
        value={query}
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={active ? `${id}-${active.key}` : undefined}
        onChange={(event) => {
          setQuery(event.target.value);
          setPlace(0);
        }}
        onKeyDown={press}
      />
      <div ref={list} id={id} role="listbox" aria-label={label} className={classes.list}>
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: options of a listbox are grouped by role
          <div key={group} role="group" aria-label={group}>
            <div className={classes.group} role="presentation">
              {group}
            </div>
            {found
              .filter((it) => it.group === group)
              .map((it) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the input has the keys
                <div
                  key={it.key}
                  id={`${id}-${it.key}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={it === active}
                  className={classes.choice}
                  onMouseMove={() => setPlace(found.indexOf(it))}
                  onClick={() => onPick(it.key)}
                >
                  {it.icon}
                  <span dir="auto">{it.name}</span>
                  {it.hint ? (
                    <span className={classes.hint} dir="auto">
                      {it.hint}
                    </span>
                  ) : null}
                </div>
              ))}
          </div>
        ))}
      </div>
      <p className={found.length ? "visually-hidden" : classes.none} role="status">
        {query ? t("picker.found", { count: found.length }) : ""}
      </p>
    </div>
  );
}

function matching(choices: readonly Choice[], query: string): Choice[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (!words.length) return [...choices];
  const found = choices.filter((it) => words.every((word) => plain(`${it.name} ${it.words}`).includes(word)));
  const whole = plain(query.trim());
  const rank = (it: Choice): number => (plain(it.name).startsWith(whole) ? 0 : 1);
  // Groups stay together: the order of the best of each.
  const order = [...new Set([...found].sort((a, b) => rank(a) - rank(b)).map((it) => it.group))];
  return found.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group) || rank(a) - rank(b));
}

function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
}
