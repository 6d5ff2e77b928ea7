/** What can be picked: a label for the user, a value that is kept, other words for it. The value follows the label until it is given one. */
import { ActionIcon, Collapse, TagsInput, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconDots } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isPlain } from "../../model/text.ts";
import { Rows } from "../Rows.tsx";
import { asText, type WidgetProps } from "../widget.ts";
import classes from "./choices.module.css";

interface Choice {
  value: string;
  label: string;
  synonyms?: string[];
}

export function ChoicesWidget({ id, label, description, error, required, readOnly, value, onChange }: WidgetProps) {
  const { t } = useTranslation("builder");
  const [open, setOpen] = useState<number | null>(null);
  const list: Choice[] = (Array.isArray(value) ? value : [])
    .filter(isPlain)
    .map((it) => ({ ...it, value: asText(it.value), label: asText(it.label) }));
  const change = (place: number, next: Choice): void => onChange(list.map((it, at) => (at === place ? next : it)));
  const swap = (place: number, other: number): void => {
    const next = [...list];
    const [a, b] = [next[place], next[other]];
    if (!a || !b) return;
    next[place] = b;
    next[other] = a;
    onChange(next);
  };
  return (
    <Rows
      id={id}
      label={label}
      description={description}
      error={error}
      required={required}
      readOnly={readOnly}
      count={list.length}
      nameOf={(place) => list[place]?.label || String(place + 1)}
      addLabel={t("form.add_choice")}
      onAdd={() => onChange([...list, { value: freeValue(list), label: "" }])}
      onRemove={(place) => onChange(list.filter((_, at) => at !== place))}
      row={(place) => {
        const it = list[place] ?? { value: "", label: "" };
        const follows = it.value === "" || it.value === valueFrom(it.label) || /^choice\d+$/.test(it.value);
        return (
          <div className={classes.choice}>
            <div className={classes.line}>
              <TextInput
                aria-label={t("form.choice_label", { place: place + 1 })}
                placeholder={t("form.choice_label_hint")}
                dir="auto"
                readOnly={readOnly}
                value={it.label}
                onChange={(event) => {
                  const text = event.target.value;
                  const others = list.filter((_, at) => at !== place).map((other) => other.value);
                  const made = valueFrom(text);
                  change(place, { ...it, label: text, value: follows && made && !others.includes(made) ? made : it.value });
                }}
              />
              {readOnly ? null : (
                <>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    disabled={place === 0}
                    aria-label={t("form.up", { name: it.label })}
                    onClick={() => swap(place, place - 1)}
                  >
                    <IconArrowUp size={16} aria-hidden />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    disabled={place === list.length - 1}
                    aria-label={t("form.down", { name: it.label })}
                    onClick={() => swap(place, place + 1)}
                  >
                    <IconArrowDown size={16} aria-hidden />
                  </ActionIcon>
                </>
              )}
              <ActionIcon
                variant={open === place ? "light" : "subtle"}
                color="gray"
                aria-label={t("form.choice_more", { name: it.label || String(place + 1) })}
                aria-expanded={open === place}
                onClick={() => setOpen(open === place ? null : place)}
              >
                <IconDots size={16} aria-hidden />
              </ActionIcon>
            </div>
            <Collapse expanded={open === place}>
              <div className={classes.more}>
                <TextInput
                  label={t("form.choice_value")}
                  readOnly={readOnly}
                  value={it.value}
                  onChange={(event) => change(place, { ...it, value: event.target.value })}
                />
                <TagsInput
                  label={t("form.synonyms")}
                  disabled={readOnly}
                  acceptValueOnBlur
                  value={it.synonyms ?? []}
                  comboboxProps={{ withinPortal: false }}
                  onChange={(next) => {
                    const { synonyms: _, ...rest } = it;
                    change(place, next.length ? { ...rest, synonyms: next } : rest);
                  }}
                />
              </div>
            </Collapse>
          </div>
        );
      }}
    />
  );
}

/** A label as a value: short, without capitals and accents. */
function valueFrom(label: string): string {
  const plain = label
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
  return plain
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 40);
}

function freeValue(list: readonly Choice[]): string {
  const taken = new Set(list.map((it) => it.value));
  let number = list.length + 1;
  while (taken.has(`choice${number}`)) number += 1;
  return `choice${number}`;
}
