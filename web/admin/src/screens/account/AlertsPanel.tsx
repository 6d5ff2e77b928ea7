/** By what this browser alerts an agent who answers chats. */
import { ActionIcon, Button, Checkbox, NativeSelect } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAlertChoice, VOLUMES, WAYS } from "../../desk/alertChoice.ts";
import { ALERTS } from "../../desk/alerts.ts";
import { ring } from "../../desk/sound.ts";
import { Panel } from "../../ui/Panel.tsx";
import classes from "./ChoiceTable.module.css";

export function AlertsPanel() {
  const { t } = useTranslation(["notifications", "chats"]);
  const { choice, choose, volume, setVolume } = useAlertChoice();
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
              <th scope="col">
                <span className="visually-hidden">{t("alerts.listen")}</span>
              </th>
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
                <td>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t("alerts.play", { what: t(`chats:alert.${alert}`) })}
                    onClick={() => ring(alert)}
                  >
                    <IconPlayerPlay size={16} aria-hidden />
                  </ActionIcon>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <NativeSelect
          label={t("alerts.volume")}
          data={VOLUMES.map((value) => ({ value, label: t(`alerts.volumes.${value}`) }))}
          value={volume}
          onChange={(event) => setVolume(VOLUMES.find((it) => it === event.currentTarget.value) ?? "medium")}
        />
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
