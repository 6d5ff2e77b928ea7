/** A group of settings, switched on as a whole where it may be absent. */
import { Checkbox, Input } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { emptyValue } from "../../catalogue/catalogue.ts";
import { isPlain } from "../../model/text.ts";
import { Form, partsOf } from "../Form.tsx";
import rows from "../Rows.module.css";
import type { WidgetProps } from "../widget.ts";

export function ObjectWidget({ id, label, description, error, required, readOnly, schema, root, value, onChange, box }: WidgetProps) {
  const { t } = useTranslation("builder");
  const there = isPlain(value);
  const form = (
    <Form
      settings={partsOf(schema, root)}
      root={root}
      box={{ ...box, id: `${box.id}-${id}` }}
      value={there ? value : {}}
      readOnly={readOnly}
      onChange={([key = ""], next) => {
        const made = { ...(there ? value : {}), [key]: next };
        if (next === undefined) delete (made as Record<string, unknown>)[key];
        onChange(made);
      }}
    />
  );
  if (required) {
    return (
      <fieldset id={id} tabIndex={-1} className={rows.rows}>
        <Input.Label component="legend">{label}</Input.Label>
        {description ? <Input.Description>{description}</Input.Description> : null}
        <div className={rows.stacked}>{form}</div>
        {error ? <Input.Error>{error}</Input.Error> : null}
      </fieldset>
    );
  }
  return (
    <fieldset className={rows.rows} aria-label={label}>
      <Checkbox
        id={id}
        label={label}
        description={description}
        error={error}
        disabled={readOnly}
        checked={there}
        onChange={(event) => onChange(event.target.checked ? emptyValue({ ...schema, nullable: false }, root) : undefined)}
      />
      {there ? <div className={rows.stacked}>{form}</div> : null}
      <span className="visually-hidden" role="status">
        {there ? t("form.opened", { name: label }) : ""}
      </span>
    </fieldset>
  );
}
