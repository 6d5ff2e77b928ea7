/** Values by name. */
import { TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { plainSchema } from "../../catalogue/schema.ts";
import { usePairs, withPair } from "../pairs.ts";
import { Rows } from "../Rows.tsx";
import { asText, type WidgetProps } from "../widget.ts";

export function MapWidget(props: WidgetProps) {
  const { schema, root } = props;
  const of = typeof schema.additionalProperties === "object" ? plainSchema(schema.additionalProperties, root) : undefined;
  const isText = of?.type === "string";
  return (
    <PairRows
      {...props}
      valueCell={({ value, onChange, label }) => (
        <TextInput
          aria-label={label}
          readOnly={props.readOnly}
          value={isText ? asText(value) : literalText(value)}
          onChange={(event) => onChange(isText ? event.target.value : literal(event.target.value))}
        />
      )}
    />
  );
}

export interface CellProps {
  value: unknown;
  onChange: (value: unknown) => void;
  label: string;
  name: string;
}

export interface PairRowsProps extends WidgetProps {
  valueCell: (props: CellProps) => ReactNode;
  keyCell?: (props: { value: string; onChange: (value: string) => void; label: string }) => ReactNode;
  keyLabel?: string;
  valueLabel?: string;
  /** The value of a new row. */
  newValue?: unknown;
  addLabel?: string;
}

/** Rows of a name and a value each. */
export function PairRows(props: PairRowsProps) {
  const { id, label, description, error, required, readOnly, value, onChange, valueCell, keyCell, newValue = "", addLabel } = props;
  const { t } = useTranslation("builder");
  const { pairs, set } = usePairs(value, onChange);
  const keyLabel = props.keyLabel ?? t("form.name");
  const valueLabel = props.valueLabel ?? t("form.value");
  return (
    <Rows
      id={id}
      label={label}
      description={description}
      error={error}
      required={required}
      readOnly={readOnly}
      count={pairs.length}
      nameOf={(place) => pairs[place]?.[0] || String(place + 1)}
      addLabel={addLabel ?? t("form.add")}
      onAdd={() => set([...pairs, ["", newValue]])}
      onRemove={(place) => set(pairs.filter((_, at) => at !== place))}
      row={(place) => {
        const [key, inner] = pairs[place] ?? ["", ""];
        const change = (next: string): void => set(withPair(pairs, place, [next, inner]));
        return (
          <>
            {keyCell ? (
              keyCell({ value: key, onChange: change, label: `${keyLabel} ${place + 1}` })
            ) : (
              <TextInput
                aria-label={`${keyLabel} ${place + 1}`}
                placeholder={keyLabel}
                readOnly={readOnly}
                value={key}
                onChange={(event) => change(event.target.value)}
              />
            )}
            {valueCell({
              value: inner,
              name: key,
              onChange: (next) => set(withPair(pairs, place, [key, next])),
              label: `${valueLabel} ${key || place + 1}`,
            })}
          </>
        );
      }}
    />
  );
}

/** What somebody types as a value: a number, true, a list, or else a text. */
export function literal(text: string): unknown {
  const trimmed = text.trim();
  if (!/^(-?\d|true$|false$|null$|[[{"])/.test(trimmed)) return text;
  try {
    return JSON.parse(trimmed) as unknown;
  } catch {
    return text;
  }
}

export function literalText(value: unknown): string {
  if (typeof value === "string") {
    // A text that would be read as something else keeps its quotes.
    return typeof literal(value) === "string" ? value : JSON.stringify(value);
  }
  return value === undefined ? "" : JSON.stringify(value);
}
