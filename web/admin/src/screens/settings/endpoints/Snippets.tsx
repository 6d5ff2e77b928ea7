/** How to receive and verify, in the languages of the guide. */
import { Select } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { CodeBlock } from "../../../ui/CodeBlock.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryStates } from "../../../ui/QueryStates.tsx";
import classes from "./Snippets.module.css";

export function Snippets() {
  const { t } = useTranslation("endpoints");
  const [language, setLanguage] = useLocalStorage({ key: "smartbot.snippet", defaultValue: "TypeScript", getInitialValueInEffect: false });
  const snippets = useQuery({
    queryKey: ["snippets"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await import("./snippets.ts")).SNIPPETS,
  });
  return (
    <Panel title={t("verify.title")} lead={t("verify.lead")}>
      <QueryStates query={snippets} what={t("verify.what")}>
        {(all) => {
          const one = all.find((it) => it.language === language) ?? all[0];
          return one ? (
            <div className="stack">
              <div className={classes.head}>
                <Select
                  label={t("verify.language")}
                  allowDeselect={false}
                  data={all.map((it) => it.language)}
                  value={one.language}
                  onChange={(value) => setLanguage(value ?? one.language)}
                />
                <p className="muted small">{t(one.tested ? "verify.tested" : "verify.untested")}</p>
              </div>
              <CodeBlock code={one.code} label={one.language} />
              <p className="small">
                {t("verify.desk")}{" "}
                <code className="code">smartbot webhook listen --port 9000 --secret whsec_… --forward http://127.0.0.1:3000/hooks</code>
              </p>
            </div>
          ) : null;
        }}
      </QueryStates>
    </Panel>
  );
}
