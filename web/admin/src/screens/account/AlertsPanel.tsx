/** By what this browser alerts an agent who answers chats. */
import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAlertChoice, WAYS } from "../../desk/alertChoice.ts";
import { ALERTS } from "../../desk/alerts.ts";
import { Panel } from "../../ui/Panel.tsx";
import classes from "./ChoiceTable.module.css";

export function AlertsPanel() {
  const { t } = useTranslation(["notifications", "chats"]);
  const { choice, choose } = useAlertChoice();
  return (
    <Panel title={t("alerts.title")} lead={t("alerts.lead")}>
      <div className="stack">
        <table className={classes.table}>
          <caption className="visually-hidden">{t("alerts.title")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("what")}</th>
              {WAYS.map((way) => (
                <th key={way} scope="col">
                  {t(`ways.${way}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ALERTS.map((alert) => (
              <tr key={alert}>
                <th scope="row">{t(`chats:alert.${alert}`)}</th>
                {WAYS.map((way) => (
                  <td key={way}>
                    <Checkbox
                      aria-label={t("of", { what: t(`chats:alert.${alert}`), way: t(`ways.${way}`) })}
                      checked={choice[alert][way]}
                      onChange={(event) => choose(alert, way, event.currentTarget.checked)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        <Permission />
      </div>
    </Panel>
  );
}

/** Desktop notifications need the browser's own yes. */
function Permission() {
  const { t } = useTranslation("notifications");
  const isKnown = "Notification" in window;
  const [state, setState] = useState(isKnown ? Notification.permission : "denied");
  if (!isKnown) return <p className="muted small">{t("permission.none")}</p>;
  if (state === "granted") return <p className="muted small">{t("permission.granted")}</p>;
  if (state === "denied") return <p className="muted small">{t("permission.denied")}</p>;
  return (
    <Button className="start" size="xs" variant="default" onClick={() => void Notification.requestPermission().then(setState)}>
      {t("permission.ask")}
    </Button>
  );
}
