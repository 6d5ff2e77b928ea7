/** Where a box's profile variables and flags go, what they look like, and how the last ones got there. */
import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { boxPayload } from "../api.ts";
import { CodeBlock } from "../CodeBlock.tsx";
import { useBuilder, useEditor } from "../context.ts";
import type { Box } from "../model/document.ts";
import { stateNumber } from "../model/state_number.ts";
import classes from "./AdvancedSection.module.css";

interface Delivery {
  id: string;
  type: string;
  state: "pending" | "delivered" | "dead";
  attempts: number;
  last_status?: number | null;
  last_error?: string | null;
  created_at: string;
}

export function WebhookDetails({ box }: { box: Box }) {
  const { t } = useTranslation("builder");
  const { resources } = useBuilder();
  const urls = resources.endpoints;
  return (
    <div className={classes.webhook}>
      {urls?.length ? (
        <ul className={classes.urls} aria-label={t("webhook.target")}>
          {urls.map((it) => (
            <li key={it}>
              → <code>{it}</code>
            </li>
          ))}
        </ul>
      ) : null}
      {urls && !urls.length ? (
        <p>
          {t("webhook.none")} <a href="/app/settings/advanced/api-and-webhook/endpoints">{t("webhook.set_one")}</a>
        </p>
      ) : null}
      <Deliveries box={box} />
      <Payload box={box} />
    </div>
  );
}

function Payload({ box }: { box: Box }) {
  const { t } = useTranslation("builder");
  const [open, setOpen] = useState(false);
  const document = useEditor((it) => it.document);
  const { data, error } = useQuery({
    queryKey: ["box-payload", box.id, stateNumber(document)],
    enabled: open,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => boxPayload(document, box.id, signal),
  });
  return (
    <div>
      <Button size="compact-xs" variant="light" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t("webhook.preview")}
      </Button>
      {open && data !== undefined ? <CodeBlock label={t("webhook.payload")} text={JSON.stringify(data, null, 2)} /> : null}
      {open && error ? <p role="alert">{error.message}</p> : null}
    </div>
  );
}

const SHOWN = 3;

function Deliveries({ box }: { box: Box }) {
  const { t, i18n } = useTranslation("builder");
  const { editor } = useBuilder();
  const may = useMay();
  const query = new URLSearchParams({ function_id: editor.functionId, box_id: box.id, limit: String(SHOWN) });
  const { data } = useQuery({
    queryKey: ["box-deliveries", editor.functionId, box.id],
    enabled: may("manage_webhooks"),
    refetchInterval: 10_000,
    retry: false,
    queryFn: async ({ signal }) => (await request<{ data: Delivery[] }>("GET", `/api/v1/admin/deliveries?${query}`, { signal })).data.data,
  });
  if (!data) return null;
  if (!data.length) return <p>{t("webhook.no_deliveries")}</p>;
  const time = new Intl.DateTimeFormat(i18n.language, { dateStyle: "short", timeStyle: "short" });
  return (
    <table className={classes.deliveries}>
      <caption>{t("webhook.last")}</caption>
      <tbody>
        {data.map((it) => (
          <tr key={it.id}>
            <td>{time.format(new Date(it.created_at))}</td>
            <td>{it.last_status ?? it.last_error ?? "–"}</td>
            <td>{t(`webhook.state_${it.state}`, { count: it.attempts })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
