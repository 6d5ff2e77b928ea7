/** A box of this bot. */
import { Button, Select } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useBuilder, useEditor } from "../../context.ts";
import { outlineOf, readingOrder } from "../../model/order.ts";
import { asText, type WidgetProps } from "../widget.ts";

export function BoxWidget({ id, label, description, error, required, readOnly, value, onChange, box }: WidgetProps) {
  const { t } = useTranslation("builder");
  const { catalogue, goTo } = useBuilder();
  const document = useEditor((it) => it.document);
  const options = useMemo(() => {
    const names = new Map(document.boxes.map((it) => [it.id, it]));
    return readingOrder(outlineOf(document, (it) => catalogue.namedBoxes(document, it)))
      .filter((it) => it !== box.id)
      .map((it) => {
        const other = names.get(it);
        return { value: it, label: other ? catalogue.longTitleOf(other) : it };
      });
  }, [document, catalogue, box.id]);
  const target = asText(value);
  return (
    <div>
      <Select
        id={id}
        label={label}
        description={description}
        error={error}
        required={required}
        disabled={readOnly}
        searchable
        clearable={!required}
        data={options}
        value={target || null}
        comboboxProps={{ withinPortal: false }}
        onChange={(next) => onChange(next ?? undefined)}
      />
      {target && document.boxes.some((it) => it.id === target) ? (
        <Button size="compact-xs" variant="subtle" mt={4} onClick={() => goTo(target)}>
          {t("form.go_to_box")}
        </Button>
      ) : null}
    </div>
  );
}
