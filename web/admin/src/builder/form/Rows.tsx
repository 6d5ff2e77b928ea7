/** A list of rows that can be changed, added and taken away: what maps and tables are edited with. */
import { ActionIcon, Button, Input } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Rows.module.css";

export interface RowsProps {
  id: string;
  label: string;
  description?: ReactNode;
  error?: string | undefined;
  required?: boolean;
  readOnly: boolean;
  count: number;
  /** What a row is called when it is taken away. */
  nameOf: (place: number) => string;
  row: (place: number) => ReactNode;
  addLabel?: string;
  onAdd: () => void;
  onRemove: (place: number) => void;
}

export function Rows({ id, label, description, error, required, readOnly, count, nameOf, row, addLabel, onAdd, onRemove }: RowsProps) {
  const { t } = useTranslation("builder");
  const frame = useRef<HTMLFieldSetElement>(null);
  const focusRow = (place: number): void => {
    requestAnimationFrame(() => {
      const rows = frame.current?.querySelectorAll<HTMLElement>("[data-row]");
      const target = rows?.[Math.min(place, (rows?.length ?? 0) - 1)]?.querySelector<HTMLElement>("input, textarea, button");
      (target ?? frame.current?.querySelector<HTMLElement>("[data-add]"))?.focus();
    });
  };
  return (
    <fieldset ref={frame} id={id} tabIndex={-1} className={classes.rows} aria-describedby={error ? `${id}-error` : undefined}>
      <Input.Label component="legend" required={required ?? false}>
        {label}
      </Input.Label>
      {description ? <Input.Description>{description}</Input.Description> : null}
      {Array.from({ length: count }, (_, place) => (
        // Rows have no identity beyond their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={place} data-row className={classes.row}>
          <div className={classes.cells}>{row(place)}</div>
          {readOnly ? null : (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="md"
              aria-label={t("form.remove", { name: nameOf(place) })}
              onClick={() => {
                onRemove(place);
                focusRow(place);
              }}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          )}
        </div>
      ))}
      {readOnly ? null : (
        <Button
          data-add
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} aria-hidden />}
          aria-label={`${addLabel ?? t("form.add")}: ${label}`}
          onClick={() => {
            onAdd();
            focusRow(count);
          }}
        >
          {addLabel ?? t("form.add")}
        </Button>
      )}
      {error ? <Input.Error id={`${id}-error`}>{error}</Input.Error> : null}
    </fieldset>
  );
}
