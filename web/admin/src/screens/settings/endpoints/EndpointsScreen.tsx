/** The webhook endpoints, and how each does. */
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Endpoint, endpointsQuery } from "../../../api/webhooks.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { AnchorLink, ButtonLink } from "../../../ui/links.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryStates } from "../../../ui/QueryStates.tsx";
import { Tag } from "../../../ui/Tag.tsx";
import { useNews } from "../../../ui/useNews.ts";
import { ApiPage } from "../ApiPage.tsx";
import { EndpointState } from "./EndpointState.tsx";
import classes from "./EndpointsScreen.module.css";
import { Snippets } from "./Snippets.tsx";

export function EndpointsScreen() {
  const { t } = useTranslation("endpoints");
  const endpoints = useQuery(endpointsQuery);
  useNews(endpoints.refetch, 15_000);
  const add = (
    <ButtonLink to="/settings/advanced/api-and-webhook/endpoints/new" leftSection={<IconPlus size={18} aria-hidden />}>
      {t("add")}
    </ButtonLink>
  );
  return (
    <ApiPage tab="endpoints">
      <QueryStates query={endpoints} what={t("what")}>
        {(all) =>
          all.length === 0 ? (
            <>
              <EmptyState icon={IconWebhook} title={t("empty.title")} text={t("empty.text")}>
                {add}
              </EmptyState>
              <div className={classes.receivers}>
                <Snippets />
              </div>
            </>
          ) : (
            <Panel title={t("title")} lead={t("lead")} bare actions={add}>
              <ul className={classes.endpoints}>
                {all.map((it) => (
                  <li key={it.id}>
                    <One endpoint={it} />
                  </li>
                ))}
              </ul>
            </Panel>
          )
        }
      </QueryStates>
    </ApiPage>
  );
}

function One({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation("endpoints");
  const { id, url, description, events, detail, filter } = endpoint;
  return (
    <article className={classes.endpoint}>
      <div className={classes.head}>
        <h3>
          <AnchorLink to="/settings/advanced/api-and-webhook/endpoints/$endpointId" params={{ endpointId: id }} inherit className="code">
            {url}
          </AnchorLink>
        </h3>
        <EndpointState endpoint={endpoint} />
      </div>
      {description ? <p className="muted small">{description}</p> : null}
      <div className="row">
        <Tag>{events === "all" ? t("summary.all") : t("summary.some", { count: events.length })}</Tag>
        <Tag>{t(detail === "full" ? "payload.full" : "payload.idsOnly")}</Tag>
        {filter.function_ids.length > 0 ? <Tag>{t("summary.bots", { count: filter.function_ids.length })}</Tag> : null}
        {filter.flags.length > 0 ? <Tag>{t("summary.flags", { count: filter.flags.length })}</Tag> : null}
      </div>
      <div className="row">
        <ButtonLink size="xs" variant="default" to="/settings/advanced/api-and-webhook/endpoints/$endpointId" params={{ endpointId: id }}>
          {t("open")}
        </ButtonLink>
        <ButtonLink size="xs" variant="subtle" to="/settings/advanced/api-and-webhook/deliveries" search={{ endpoint: id }}>
          {t("deliveries")}
        </ButtonLink>
      </div>
    </article>
  );
}
