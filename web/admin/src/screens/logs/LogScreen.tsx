/** One session: everything that was said, the way through the boxes, and what was kept. */
import { ActionIcon, Button, Switch } from "@mantine/core";
import { IconArrowLeft, IconChevronDown, IconChevronUp, IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ChatLog, chatLogQuery } from "../../api/logs.ts";
import { useMay } from "../../api/me.ts";
import { publishedBotsQuery } from "../../api/published.ts";
import { Page } from "../../shell/Page.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { AnchorLink } from "../../ui/links.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryStates } from "../../ui/QueryStates.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { useNews } from "../../ui/useNews.ts";
import { neighbours } from "./found.ts";
import classes from "./LogScreen.module.css";
import { SessionState } from "./SessionState.tsx";
import { Trace } from "./Trace.tsx";
import { Transcript } from "./Transcript.tsx";

export function LogScreen() {
  const { t } = useTranslation("logs");
  const { sessionId } = useParams({ from: "/signed-in/logs/$sessionId" });
  const log = useQuery(chatLogQuery(sessionId));
  const may = useMay();
  const bots = useQuery({ ...publishedBotsQuery, enabled: may("view_bots") });
  useNews(log.refetch, log.data && log.data.session.status !== "ended" ? 5_000 : null);
  const bot = log.data && (bots.data?.find((it) => it.function_id === log.data.session.function_id)?.name ?? log.data.session.function_id);
  return (
    <Page
      title={bot ?? t("one")}
      titleParts={bot ? [t("one"), bot] : [t("one")]}
      above={
        <AnchorLink to="/logs" search={(old) => old} size="sm" className="back">
          <IconArrowLeft size={16} aria-hidden /> {t("title")}
        </AnchorLink>
      }
      actions={
        <>
          <Neighbours id={sessionId} />
          <CopyButton value={location.href} what={t("link")} label={t("copyLink")} />
          <Button size="xs" variant="default" leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => print()}>
            {t("print")}
          </Button>
        </>
      }
    >
      <QueryStates query={log} what={t("one")}>
        {(it) => (
          <>
            <Facts log={it} />
            <div className={classes.both}>
              <Said log={it} />
              <div className={classes.aside}>
                <Trace log={it} />
                <Kept log={it} />
              </div>
            </div>
          </>
        )}
      </QueryStates>
    </Page>
  );
}

function Neighbours({ id }: { id: string }) {
  const { t } = useTranslation("logs");
  const navigate = useNavigate();
  const { before, after } = neighbours(id);
  if (!before && !after) return null;
  const go = (sessionId: string | undefined) => {
    if (sessionId) void navigate({ to: "/logs/$sessionId", params: { sessionId } });
  };
  return (
    <>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={t("before")}
        aria-disabled={!before}
        data-disabled={!before || undefined}
        onClick={() => go(before)}
      >
        <IconChevronUp size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={t("after")}
        aria-disabled={!after}
        data-disabled={!after || undefined}
        onClick={() => go(after)}
      >
        <IconChevronDown size={18} aria-hidden />
      </ActionIcon>
    </>
  );
}

function Facts({ log: { session, user, agents } }: { log: ChatLog }) {
  const { t } = useTranslation("logs");
  const format = useFormat();
  return (
    <dl className="facts">
      <div>
        <dt>{t("column.status")}</dt>
        <dd>
          <SessionState status={session.status} />
        </dd>
      </div>
      <div>
        <dt>{t("column.user")}</dt>
        <dd>
          <AnchorLink to="/users/$userId" params={{ userId: user.id }} inherit className="code">
            {user.external_id ?? user.id}
          </AnchorLink>
        </dd>
      </div>
      <div>
        <dt>{t("column.started")}</dt>
        <dd>{format.dateTime(session.created_at)}</dd>
      </div>
      <div>
        <dt>{t("ended")}</dt>
        <dd>{session.ended_at ? format.dateTime(session.ended_at) : t("notEnded")}</dd>
      </div>
      <div>
        <dt>{t("version")}</dt>
        <dd>v{session.version}</dd>
      </div>
      <div>
        <dt>{t("column.medium")}</dt>
        <dd>
          {t(`media.${session.medium}`, { defaultValue: session.medium })} · {session.language}
        </dd>
      </div>
      {agents.length > 0 ? (
        <div>
          <dt>{t("agents")}</dt>
          <dd>{format.list(agents.map((it) => it.name))}</dd>
        </div>
      ) : null}
      {user.flags.length > 0 ? (
        <div>
          <dt>{t("column.flags")}</dt>
          <dd className="row">
            {user.flags.map((it) => (
              <Tag key={it} tone="accent">
                {it}
              </Tag>
            ))}
          </dd>
        </div>
      ) : null}
    </dl>
  );
}

function Said({ log }: { log: ChatLog }) {
  const { t } = useTranslation("logs");
  const [boxes, setBoxes] = useState(false);
  const [notes, setNotes] = useState(true);
  return (
    <Panel
      title={t("transcript")}
      actions={
        <>
          <Switch size="sm" label={t("showBoxes")} checked={boxes} onChange={(event) => setBoxes(event.currentTarget.checked)} />
          {log.notes.length > 0 ? (
            <Switch size="sm" label={t("showNotes")} checked={notes} onChange={(event) => setNotes(event.currentTarget.checked)} />
          ) : null}
        </>
      }
    >
      <Transcript log={log} boxes={boxes} notes={notes} />
    </Panel>
  );
}

function Kept({ log: { variables, fields_set } }: { log: ChatLog }) {
  const { t } = useTranslation("logs");
  const names = Object.keys(variables);
  const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return (
    <Panel title={t("variables")}>
      {names.length === 0 ? (
        <p className="muted small">{t("noVariables")}</p>
      ) : (
        <dl className={classes.variables}>
          {names.map((name) => (
            <div key={name}>
              <dt className="code">{name}</dt>
              <dd dir="auto">{shown(variables[name])}</dd>
            </div>
          ))}
        </dl>
      )}
      {fields_set.length > 0 ? <p className="small muted">{t("fieldsSet", { names: fields_set.join(", ") })}</p> : null}
    </Panel>
  );
}
