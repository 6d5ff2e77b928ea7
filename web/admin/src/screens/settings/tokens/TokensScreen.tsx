/** API tokens: of which kinds there are, which exist, when each was last used. */
import { Button, Switch } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconClockExclamation,
  IconKey,
  IconPlus,
  IconShieldLock,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { type MadeToken, type TokenKind, type TokenView, tokensQuery } from "../../../api/tokens.ts";
import { type Column, DataTable } from "../../../ui/DataTable.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryStates } from "../../../ui/QueryStates.tsx";
import { Tag, type Tone } from "../../../ui/Tag.tsx";
import { ApiPage } from "../ApiPage.tsx";
import classes from "./TokensScreen.module.css";
import { type TokenState, tokenState } from "./tokenState.ts";

const CreateTokenDialog = lazy(async () => ({ default: (await import("./CreateTokenDialog.tsx")).CreateTokenDialog }));
const MadeTokenDialog = lazy(async () => ({ default: (await import("./MadeTokenDialog.tsx")).MadeTokenDialog }));
const RevokeDialog = lazy(async () => ({ default: (await import("./RevokeDialog.tsx")).RevokeDialog }));

type Dialog = { kind: "create"; of: TokenKind } | { kind: "made"; token: MadeToken } | { kind: "revoke"; token: TokenView };

const STATES: Record<TokenState, { tone: Tone; icon: typeof IconCircleCheck }> = {
  active: { tone: "success", icon: IconCircleCheck },
  expires_soon: { tone: "warning", icon: IconClockExclamation },
  expired: { tone: "neutral", icon: IconCircleX },
  revoked: { tone: "neutral", icon: IconCircleX },
};

export function TokensScreen() {
  const { t } = useTranslation("tokens");
  const tokens = useQuery(tokensQuery);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [past, setPast] = useState(false);
  const columns = useColumns();
  const open = (of: TokenKind) => setDialog({ kind: "create", of });
  return (
    <ApiPage tab="tokens">
      <div className={classes.kinds}>
        <Kind kind="bots_management" onCreate={open} />
        <Kind kind="db_update" onCreate={open} />
      </div>
      <Panel
        title={t("title")}
        bare
        actions={<Switch label={t("showPast")} checked={past} onChange={(event) => setPast(event.currentTarget.checked)} />}
      >
        <QueryStates query={tokens} what={t("what")}>
          {(all) => {
            const shown = all.filter((it) => past || ["active", "expires_soon"].includes(tokenState(it)));
            if (shown.length === 0) return <EmptyState icon={IconKey} text={all.length === 0 ? t("empty") : t("emptyPast")} />;
            return (
              <DataTable
                caption={t("title")}
                columns={columns}
                rows={shown}
                rowKey={(it) => it.id}
                actions={(it) =>
                  it.revoked_at ? null : (
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      color="red"
                      aria-label={t("revokeWhat", { name: it.name })}
                      onClick={() => setDialog({ kind: "revoke", token: it })}
                    >
                      {t("revoke")}
                    </Button>
                  )
                }
              />
            );
          }}
        </QueryStates>
      </Panel>
      <Suspense fallback={null}>
        {dialog?.kind === "create" ? (
          <CreateTokenDialog kind={dialog.of} onMade={(token) => setDialog({ kind: "made", token })} onClose={() => setDialog(null)} />
        ) : null}
        {dialog?.kind === "made" ? <MadeTokenDialog token={dialog.token} onClose={() => setDialog(null)} /> : null}
        {dialog?.kind === "revoke" ? <RevokeDialog token={dialog.token} onClose={() => setDialog(null)} /> : null}
      </Suspense>
    </ApiPage>
  );
}

function Kind({ kind, onCreate }: { kind: TokenKind; onCreate: (kind: TokenKind) => void }) {
  const { t } = useTranslation("tokens");
  const Icon = kind === "db_update" ? IconShieldLock : IconKey;
  return (
    <article className={classes.kind} data-kind={kind}>
      <h2>
        <Icon size={20} aria-hidden /> {t(`kinds.${kind}.title`)}
      </h2>
      <p>{t(`kinds.${kind}.text`)}</p>
      {kind === "db_update" ? (
        <p className={classes.warning}>
          <IconAlertTriangle size={16} aria-hidden /> {t("kinds.db_update.warning")}
        </p>
      ) : null}
      <Button
        variant={kind === "db_update" ? "default" : "filled"}
        leftSection={<IconPlus size={18} aria-hidden />}
        onClick={() => onCreate(kind)}
      >
        {t(`kinds.${kind}.create`)}
      </Button>
    </article>
  );
}

function useColumns(): Column<TokenView>[] {
  const { t } = useTranslation("tokens");
  return [
    { key: "name", header: t("column.name"), heading: true, cell: (it) => <span dir="auto">{it.name}</span> },
    {
      key: "kind",
      header: t("column.kind"),
      cell: (it) => (
        <span className={classes.tags}>
          <Tag tone={it.kind === "db_update" ? "danger" : "accent"}>{t(`kinds.${it.kind}.short`)}</Tag>
          {it.read_only ? <Tag>{t("readOnly")}</Tag> : null}
        </span>
      ),
    },
    {
      key: "state",
      header: t("column.state"),
      cell: (it) => {
        const state = tokenState(it);
        return (
          <Tag tone={STATES[state].tone} icon={STATES[state].icon}>
            {t(`states.${state}`)}
          </Tag>
        );
      },
    },
    {
      key: "used",
      header: t("column.used"),
      cell: (it) => (it.last_used_at ? <Moment at={it.last_used_at} /> : <span className="muted">{t("common:never")}</span>),
    },
    {
      key: "expires",
      header: t("column.expires"),
      cell: (it) => (it.expires_at ? <Moment at={it.expires_at} /> : <span className="muted">{t("common:never")}</span>),
    },
    {
      key: "addresses",
      header: t("column.addresses"),
      cell: (it) =>
        it.allow_ips.length > 0 ? (
          <span className="code">{it.allow_ips.join(", ")}</span>
        ) : (
          <span className="muted">{t("anyAddress")}</span>
        ),
    },
    { key: "created", header: t("column.created"), cell: (it) => <Moment at={it.created_at} /> },
  ];
}
