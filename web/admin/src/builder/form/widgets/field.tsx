/** The name of a field. */
import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useBuilder } from "../../context.ts";
import { useKnownFields } from "../fields.ts";
import { NameInput } from "../NameInput.tsx";
import { asText, type WidgetProps } from "../widget.ts";

const NAME = /^[A-Za-z_]\w{0,63}$/;

export function FieldWidget(props: WidgetProps) {
  const { t } = useTranslation("builder");
  const { editor } = useBuilder();
  const fields = useKnownFields();
  const name = asText(props.value);
  const known = fields.find((it) => it.name === name.split(".")[0]);
  const isNew = name !== "" && NAME.test(name) && (!known || known.from === "used") && !props.readOnly;
  return (
    <div>
      <NameInput {...props} offers={fields.map((it) => it.name)} placeholder={t("form.field_name")} />
      {isNew ? (
        <Group mt={4}>
          <Button
            size="compact-xs"
            variant="light"
            onClick={() => editor.dispatch("declare_field", { field: { name, kind: "variable", type: "text" } })}
          >
            {t("form.declare", { name })}
          </Button>
        </Group>
      ) : null}
    </div>
  );
}
