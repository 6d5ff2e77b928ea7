/** HTTP headers. A secret is put in by its name; its value is never seen here. */
import { ActionIcon, Menu } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { TemplateInput } from "../TemplateInput.tsx";
import { asText, type WidgetProps } from "../widget.ts";
import { secretsQuery } from "../secrets.ts";
import { PairRows } from "./map.tsx";
import classes from "./headers.module.css";

export function HeadersWidget(props: WidgetProps) {
  const { t } = useTranslation("builder");
  const { data: secrets = [] } = useQuery(secretsQuery);
  return (
    <PairRows
      {...props}
      keyLabel={t("form.header")}
      valueCell={({ value, onChange, label, name }) => (
        <div className={classes.value}>
          <TemplateInput
            id={`${props.id}-${name}`}
            code
            label={label}
            readOnly={props.readOnly}
            value={asText(value)}
            onChange={onChange}
          />
          {props.readOnly ? null : (
            <Menu position="bottom-end" withinPortal={false}>
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size="md" aria-label={t("form.insert_secret", { name })}>
                  <IconKey size={16} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{secrets.length ? t("form.secrets") : t("form.no_secrets")}</Menu.Label>
                {secrets.map((it) => (
                  <Menu.Item key={it} onClick={() => onChange(`${asText(value)}{{secret:${it}}}`)}>
                    {it}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
      )}
    />
  );
}
