/** Runs that send old events again: how far each is, and the button that stops it. */
import { Button, Progress } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { cancelResend, type Endpoint, type Resend, resendsQuery } from "../../../api/webhooks.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { ProblemNote } from "../../../ui/ProblemNote.tsx";
import { Tag, type Tone } from "../../../ui/Tag.tsx";
import { useFormat } from "../../../ui/useFormat.ts";
import { useNews } from "../../../ui/useNews.ts";
import classes from "./Resends.module.css";

const TONES: Record<string, Tone> = { running: "info", done: "success", cancelled: "neutral", endpoint_disabled: "warning" };

/** An ended run is of interest for a day. */
const KEPT_MS = 86_400_000;

export function Resends({ endpoints }: { endpoints: Endpoint[] }) {
  const { t } = useTranslation("deliveries");
  const queries = useQueryClient();
  const resends = useQuery(resendsQuery);
  const shown = resends.data?.filter((it) => !it.ended_at || Date.now() - Date.parse(it.ended_at) < KEPT_MS) ?? [];
  const running = shown.filter((it) => !it.ended_at).length;
  useNews(resends.refetch, running > 0 ? 1_500 : null);
  // What a run sent is in the log now.
  const before = useRef(running);
  useEffect(() => {
    if (running < before.current) void queries.invalidateQueries({ queryKey: ["deliveries"] });
    before.current = running;
  }, [running, queries]);
  if (shown.length === 0) return null;
  return (
    <Panel title={t("runs.title")}>
      <ul className={classes.runs}>
        {shown.map((it) => (
          <li key={it.id}>
            <Run resend={it} url={endpoints.find((endpoint) => endpoint.id === it.endpoint_id)?.url} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Run({ resend, url }: { resend: Resend; url: string | undefined }) {
  const { t } = useTranslation("deliveries");
  const format = useFormat();
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelResend(resend.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: resendsQuery.queryKey }),
  });
  const running = !resend.ended_at;
  const label = t(`runs.${resend.kind === "replay" ? "replay" : "recover"}`, {
    since: format.dateTime(resend.since),
    until: format.dateTime(resend.until),
  });
  return (
    <div className={classes.run}>
      <div className={classes.head}>
        <div>
          <p>{label}</p>
          <p className="muted small code">{url ?? t("goneEndpoint")}</p>
        </div>
        <Tag tone={TONES[resend.state] ?? "neutral"}>{t(`runs.states.${resend.state}`, { defaultValue: resend.state })}</Tag>
      </div>
      {running ? <Progress value={100} animated striped aria-label={t("runs.progress")} /> : null}
      <div className={classes.head}>
        <p className="small muted">
          {t("runs.numbers", { sent: format.number(resend.sent), looked: format.number(resend.looked_at), rate: resend.rate_per_second })}
        </p>
        {running ? (
          <Button size="compact-sm" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            {t("runs.cancel")}
          </Button>
        ) : null}
      </div>
      <ProblemNote error={cancel.error} />
    </div>
  );
}
