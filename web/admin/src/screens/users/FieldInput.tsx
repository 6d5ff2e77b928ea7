/** The input of a profile field, by its type. */
import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { FieldType } from "../../api/definitions.ts";

interface Props {
  label: string;
  type: FieldType;
  value?: string;
  error?: ReactNode;
  onChange?: (event: { currentTarget: { value: string } }) => void;
}

const TYPES: Partial<Record<FieldType, string>> = { date: "date", email: "email", phone: "tel" };

export function FieldInput({ label, type, value = "", error, onChange }: Props) {
  const { t } = useTranslation("users");
  const common = { label, value, error, onChange, autoComplete: "off" };
  if (type === "boolean") {
    const data = [
      { value: "", label: t("notSet") },
      { value: "true", label: t("common:yes") },
      { value: "false", label: t("common:no") },
    ];
    return <NativeSelect {...common} data={data} />;
  }
  if (type === "json" || type === "list")
    return <Textarea {...common} description="JSON" autosize minRows={2} classNames={{ input: "code" }} />;
  return <TextInput {...common} type={TYPES[type] ?? "text"} inputMode={type === "number" ? "decimal" : undefined} dir="auto" />;
}
