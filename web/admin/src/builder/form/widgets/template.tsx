/** What the bot says or sends: a text with fields in it. */
import { Input } from "@mantine/core";
import { TemplateInput } from "../TemplateInput.tsx";
import { asText, textOrNothing, type WidgetProps } from "../widget.ts";

export function TemplateWidget(props: WidgetProps) {
  return <LabelledTemplate {...props} multiline={props.schema["x-multiline"] === true} />;
}

export interface LabelledTemplateProps extends WidgetProps {
  multiline?: boolean;
  code?: boolean;
  placeholder?: string | undefined;
}

export function LabelledTemplate({
  id,
  label,
  description,
  error,
  required,
  readOnly,
  value,
  onChange,
  multiline = false,
  code = false,
  placeholder,
}: LabelledTemplateProps) {
  const describedBy = [description ? `${id}-description` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <Input.Wrapper
      id={id}
      label={label}
      description={description}
      error={error}
      required={required}
      withAsterisk={required}
      descriptionProps={{ id: `${id}-description` }}
      errorProps={{ id: `${id}-error` }}
    >
      <TemplateInput
        id={id}
        value={asText(value)}
        onChange={(next) => onChange(textOrNothing(next, required))}
        multiline={multiline}
        code={code}
        readOnly={readOnly}
        required={required}
        placeholder={placeholder}
        describedBy={describedBy || undefined}
        invalid={Boolean(error)}
      />
    </Input.Wrapper>
  );
}
