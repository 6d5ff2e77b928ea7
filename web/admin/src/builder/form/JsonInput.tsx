/** JSON as text. What is no JSON yet stays in the input and is not written into the bot. */
import { Input } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { same } from "../model/text.ts";
import { TemplateInput } from "./TemplateInput.tsx";
import type { WidgetProps } from "./widget.ts";

export function JsonInput({
  id,
  label,
  description,
  error,
  required,
  readOnly,
  value,
  onChange,
  placeholder,
}: WidgetProps & { placeholder?: string }) {
  const { t } = useTranslation("builder");
  const [text, setText] = useState(() => textOf(value));
  const written = useRef(value);
  useEffect(() => {
    if (same(value, written.current)) return;
    written.current = value;
    setText(textOf(value));
  }, [value]);
  const wrong = faultIn(text);
  const told = wrong ? t("form.no_json", { why: wrong }) : error;
  const describedBy = [description ? `${id}-description` : "", told ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <Input.Wrapper
      id={id}
      label={label}
      description={description}
      error={told}
      required={required}
      withAsterisk={required}
      descriptionProps={{ id: `${id}-description` }}
      errorProps={{ id: `${id}-error` }}
    >
      <TemplateInput
        id={id}
        multiline
        code
        value={text}
        readOnly={readOnly}
        placeholder={placeholder}
        describedBy={describedBy || undefined}
        invalid={Boolean(told)}
        onChange={(next) => {
          setText(next);
          if (faultIn(next)) return;
          const made: unknown = next.trim() === "" ? undefined : JSON.parse(next);
          written.current = made;
          onChange(made);
        }}
      />
    </Input.Wrapper>
  );
}

function textOf(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

function faultIn(text: string): string | null {
  if (text.trim() === "") return null;
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
