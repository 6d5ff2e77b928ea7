/** What the form checks itself, and where what the server finds belongs. */
import type { FormValidateInput } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Problem } from "../../../api/problem.ts";
import { inputErrors } from "../../../ui/inputErrors.ts";
import type { EndpointValues } from "./endpointForm.ts";

export function useEndpointRules(): FormValidateInput<EndpointValues> {
  const { t } = useTranslation("endpoints");
  return {
    url: (url: string) => (/^https?:\/\/[^/]+/i.test(url.trim()) ? null : t("rules.url")),
    types: (types: EndpointValues["types"], values: EndpointValues) =>
      values.selection === "chosen" && types.length === 0 ? t("rules.types") : null,
    headers: {
      name: (name: string, values: EndpointValues, path: string) => {
        const line = values.headers[Number(path.split(".")[1])];
        if (!name.trim()) return line?.value ? t("rules.headerName") : null;
        const same = values.headers.filter((it) => it.name.trim().toLowerCase() === name.trim().toLowerCase());
        return same.length > 1 ? t("rules.headerTwice") : null;
      },
    },
  };
}

const INPUTS = ["url", "description", "types", "detail", "rate", "timeout", "signature", "functionIds", "flags"];

/** The server's names of the inputs, where they are not ours. */
const NAMES = {
  "/events": "types",
  "/rate_per_second": "rate",
  "/timeout_seconds": "timeout",
  "/filter/function_ids": "functionIds",
  "/filter/flags": "flags",
};

export const endpointErrors = (problem: Problem | null): Record<string, string> => inputErrors(problem, INPUTS, NAMES);
