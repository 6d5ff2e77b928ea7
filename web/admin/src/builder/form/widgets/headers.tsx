/** HTTP headers. A secret is put in by its name; its value is never seen here. */
import { ActionIcon, Menu } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "../../../api/me.ts";
import { secretsQuery } from "../../../api/secrets.ts";
import { secretsIn } from "../../../screens/settings/secrets/secretRules.ts";
import { TemplateInput } from "../TemplateInput.tsx";
import { asText, type WidgetProps } from "../widget.ts";
import classes from "./headers.module.css";
import { PairRows } from "./map.tsx";

export function HeadersWidget(props: WidgetProps) {
  const { t } = useTranslation("builder");
  // Whoever only looks at bots may not ask for the names.
  const { data } = useQuery({ ...secretsQuery, enabled: !props.readOnly });
  const secrets = data?.map((it) => it.name) ?? [];
  const named = secretsIn(
    Object.values(props.value ?? {})
      .map(asText)
      .join("\n"),
  );
  return (
    <>
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
      {data ? <NamedSecrets named={named} known={secrets} /> : null}
    </>
  );
}

/** Which secrets the headers name, whether there are such, and where they are kept. */
function NamedSecrets({ named, known }: { named: readonly string[]; known: readonly string[] }) {
  const { t } = useTranslation("builder");
  const may = useMay();
  if (named.length === 0) return null;
  const missing = named.filter((it) => !known.includes(it));
  return (
    <p className={classes.named}>
      {missing.length ? <strong>{t("form.secrets_missing", { names: missing.join(", ") })}</strong> : t("form.secrets_named")}{" "}
      {may("manage_secrets") ? <a href="/app/settings/advanced/secrets">{t("form.secrets_link")}</a> : t("form.secrets_ask")}
    </p>
  );
}
