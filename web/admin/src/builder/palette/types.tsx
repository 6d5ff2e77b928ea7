/** The types of boxes as choices of a picker. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { iconOf } from "../icons.ts";
import type { Choice } from "./Picker.tsx";

export function useTypeChoices(catalogue: Catalogue, prefix = ""): Choice[] {
  const { t, i18n } = useTranslation("builder");
  return useMemo(
    () =>
      catalogue.types.map((it) => {
        const Icon = iconOf(it.icon);
        const group = `group.${it.group}`;
        return {
          key: prefix + it.type,
          group: i18n.exists(group, { ns: "builder" }) ? t(group) : it.group,
          name: it.title,
          words: `${it.type} ${it.description}`,
          icon: <Icon size={18} aria-hidden />,
          hint: it.description.split(/(?<=[.:])\s/)[0],
        };
      }),
    [catalogue, prefix, t, i18n],
  );
}
