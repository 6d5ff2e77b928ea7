/** A text with `{field}` in it: known fields are marked, unknown ones underlined, and typing `{` offers the fields. */
import { useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { placeholdersIn } from "../model/template.ts";
import { type KnownField, useKnownFields } from "./fields.ts";
import classes from "./TemplateInput.module.css";

export interface TemplateInputProps {
  id: string;
  value: string;
  onChange: (value: string) => void;
  multiline?: boolean;
  code?: boolean;
  readOnly?: boolean;
  required?: boolean;
  placeholder?: string | undefined;
  label?: string | undefined;
  describedBy?: string | undefined;
  invalid?: boolean;
}

const MOST = 8;
/** A brace that is still open where the caret is. */
const OPEN = /\{([\w.]*)$/;

export function TemplateInput(props: TemplateInputProps) {
  const {
    id,
    value,
    onChange,
    multiline = false,
    code = false,
    readOnly = false,
    required,
    placeholder,
    label,
    describedBy,
    invalid,
  } = props;
  const { t } = useTranslation("builder");
  const fields = useKnownFields();
  const listId = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  /** Where the caret goes once a field was taken from the list. */
  const caret = useRef<number | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [place, setPlace] = useState(0);
  const offers = useMemo(() => (typed === null ? [] : offered(fields, typed)), [fields, typed]);
  const active = offers[Math.min(place, offers.length - 1)];

  const look = (): void => {
    const it = input.current;
    const open = it && !readOnly && it.selectionStart === it.selectionEnd ? OPEN.exec(it.value.slice(0, it.selectionStart)) : null;
    setTyped(open ? (open[1] ?? "") : null);
  };

  const take = (field: KnownField): void => {
    const it = input.current;
    if (!it || typed === null) return;
    const before = it.value.slice(0, it.selectionStart - typed.length);
    const after = it.value.slice(it.selectionStart);
    const closed = after.startsWith("}") ? "" : "}";
    onChange(before + field.name + closed + after);
    setTyped(null);
    caret.current = before.length + field.name.length + 1;
  };

  // At once, before the next key: a text that is not typed puts the caret at its end.
  useLayoutEffect(() => {
    if (caret.current === null) return;
    input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  const press = (event: React.KeyboardEvent): void => {
    if (!multiline && event.key === "Enter" && !active) event.preventDefault();
    if (!active) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) setPlace((Math.min(place, offers.length - 1) + step + offers.length) % offers.length);
    else if (event.key === "Enter" || event.key === "Tab") take(active);
    else if (event.key === "Escape") {
      setTyped(null);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };

  return (
    <div
      className={classes.frame}
      data-multiline={multiline || undefined}
      data-code={code || undefined}
      data-invalid={invalid || undefined}
    >
      <div className={classes.text} aria-hidden dir="auto">
        {marked(value, fields)}
        {"\u200b"}
      </div>
      <textarea
        id={id}
        ref={input}
        className={classes.input}
        rows={1}
        dir="auto"
        value={value}
        readOnly={readOnly}
        required={required}
        placeholder={placeholder}
        spellCheck={!code}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={invalid || undefined}
        aria-autocomplete="list"
        aria-controls={active ? listId : undefined}
        aria-activedescendant={active ? `${listId}-${active.name}` : undefined}
        onChange={(event) => {
          onChange(multiline ? event.target.value : event.target.value.replaceAll("\n", " "));
          setPlace(0);
          look();
        }}
        onSelect={look}
        onBlur={() => setTyped(null)}
        onKeyDown={press}
      />
      {active ? (
        <div id={listId} role="listbox" aria-label={t("form.fields")} className={classes.offers}>
          {offers.map((it) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the text's: it keeps the focus
            <div
              key={it.name}
              id={`${listId}-${it.name}`}
              role="option"
              tabIndex={-1}
              aria-selected={it === active}
              className={classes.offer}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(it)}
            >
              <span>{it.name}</span>
              <span className={classes.kind}>{t(`form.from_${it.from}`)}</span>
            </div>
          ))}
        </div>
      ) : null}
      <span className="visually-hidden" role="status">
        {active ? t("form.offers", { count: offers.length }) : ""}
      </span>
    </div>
  );
}

function offered(fields: readonly KnownField[], typed: string): KnownField[] {
  const wanted = typed.toLowerCase();
  const fitting = fields.filter((it) => it.name.toLowerCase().includes(wanted));
  fitting.sort((a, b) => Number(b.name.toLowerCase().startsWith(wanted)) - Number(a.name.toLowerCase().startsWith(wanted)));
  return fitting.slice(0, MOST);
}

function marked(text: string, fields: readonly KnownField[]): React.ReactNode[] {
  const known = new Set(fields.map((it) => it.name));
  const parts: React.ReactNode[] = [];
  let at = 0;
  for (const it of placeholdersIn(text)) {
    parts.push(text.slice(at, it.start));
    parts.push(
      <mark key={it.start} data-unknown={!known.has(it.name) || undefined}>
        {text.slice(it.start, it.end)}
      </mark>,
    );
    at = it.end;
  }
  parts.push(text.slice(at));
  return parts;
}
