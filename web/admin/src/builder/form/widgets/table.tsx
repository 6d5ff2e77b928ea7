/** A list of objects of one kind. */
import { useTranslation } from "react-i18next";
import { emptyValue } from "../../catalogue/catalogue.ts";
import { plainSchema } from "../../catalogue/schema.ts";
import { isPlain } from "../../model/text.ts";
import { Form, partsOf } from "../Form.tsx";
import rows from "../Rows.module.css";
import { Rows } from "../Rows.tsx";
import type { WidgetProps } from "../widget.ts";

export function TableWidget({ id, label, description, error, required, readOnly, schema, root, value, onChange, box }: WidgetProps) {
  const { t } = useTranslation("builder");
  const list = Array.isArray(value) ? (value as unknown[]) : [];
  const items = plainSchema(schema.items ?? {}, root);
  const set = (next: unknown[]): void => onChange(next.length || required ? next : undefined);
  return (
    <Rows
      id={id}
      label={label}
      description={description}
      error={error}
      required={required}
      readOnly={readOnly}
      count={list.length}
      nameOf={(place) => `${label} ${place + 1}`}
      addLabel={t("form.add")}
      onAdd={() => set([...list, emptyValue(items, root)])}
      onRemove={(place) => set(list.filter((_, at) => at !== place))}
      row={(place) => {
        const row = list[place];
        return (
          <div className={rows.stacked}>
            <Form
              settings={partsOf(items, root)}
              root={root}
              box={{ ...box, id: `${box.id}-${id}-${place}` }}
              value={isPlain(row) ? row : {}}
              readOnly={readOnly}
              onChange={([key = ""], next) => {
                const made: Record<string, unknown> = { ...(isPlain(row) ? row : {}), [key]: next };
                if (next === undefined) delete made[key];
                set(list.map((it, at) => (at === place ? made : it)));
              }}
            />
          </div>
        );
      }}
    />
  );
}
