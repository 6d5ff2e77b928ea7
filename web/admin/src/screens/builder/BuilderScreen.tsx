/** The Bot Builder: one bot's draft, drawn and listed. */
import { Alert, Button, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useMe } from "../../api/me.ts";
import { problemIn } from "../../api/problem.ts";
import { type BotDraft, getDraft } from "../../builder/api.ts";
import type { Catalogue } from "../../builder/catalogue/catalogue.ts";
import { journal } from "../../builder/editor/journal.ts";
import { leaveBot, type OpenBot, openBot } from "../../builder/editor/open.ts";
import { catalogueQuery } from "../../builder/resources.ts";
import { Page } from "../../shell/Page.tsx";
import { isFaq } from "../faq/faqDocument.ts";
import { VersionScreen } from "./VersionScreen.tsx";
import { Workbench } from "./Workbench.tsx";

const FaqScreen = lazy(async () => ({ default: (await import("../faq/FaqScreen.tsx")).FaqScreen }));

export function BuilderScreen({ functionId }: { functionId: string }) {
  const { version } = useSearch({ strict: false }) as { version?: unknown };
  const number = Number(version);
  return Number.isInteger(number) && number > 0 ? (
    <VersionScreen functionId={functionId} version={number} />
  ) : (
    <DraftScreen functionId={functionId} />
  );
}

function DraftScreen({ functionId }: { functionId: string }) {
  const { t } = useTranslation("builder");
  const catalogue = useQuery(catalogueQuery);
  // An editor that is open knows better than the server what the draft is: it is read once.
  const draft = useQuery({
    queryKey: ["bot-draft", functionId],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    queryFn: ({ signal }) => getDraft(functionId, signal),
  });
  if (draft.data && isFaq(draft.data.document)) {
    return (
      <Suspense fallback={<Loader aria-label={t("loading")} />}>
        <FaqScreen draft={draft.data} first={draft.data.document} />
      </Suspense>
    );
  }
  if (catalogue.data && draft.data) return <Opened draft={draft.data} catalogue={catalogue.data} />;
  const error = draft.error ?? catalogue.error;
  return (
    <Page title={functionId} titleParts={[t("title")]}>
      {error ? (
        <Failed error={error} onRetry={() => void (draft.error ? draft.refetch() : catalogue.refetch())} />
      ) : (
        <Loader aria-label={t("loading")} />
      )}
    </Page>
  );
}

function Failed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation("builder");
  const navigate = useNavigate();
  const problem = problemIn(error);
  const isGone = problem?.status === 404;
  return (
    <Alert color="red" role="alert" title={t(isGone ? "screen.gone" : "screen.failed")}>
      <p>{isGone ? t("screen.gone_hint") : problem?.detail || error.message}</p>
      {problem?.request_id ? <p>{t("screen.request", { id: problem.request_id })}</p> : null}
      <Button mt="sm" variant="default" onClick={() => (isGone ? void navigate({ to: "/bots" }) : onRetry())}>
        {t(isGone ? "header.back" : "retry")}
      </Button>
    </Alert>
  );
}

function Opened({ draft, catalogue }: { draft: BotDraft; catalogue: Catalogue }) {
  const { t } = useTranslation("builder");
  const me = useMe();
  const mayEdit = useMay()("edit_bots");
  const [bot, setBot] = useState<OpenBot | null>(null);
  const readOnly = !mayEdit || draft.bot.status === "archived";

  useEffect(() => {
    let opened: OpenBot | null = null;
    let left = false;
    void openBot({ draft, catalogue, owner: me.agent.id, readOnly, journal }).then((made) => {
      opened = made;
      if (left) void leaveBot(made);
      else setBot(made);
    });
    return () => {
      left = true;
      if (opened) void leaveBot(opened);
    };
  }, [draft, catalogue, me.agent.id, readOnly]);

  if (!bot) return <Loader aria-label={t("loading")} />;
  return (
    <Page title={bot.editor.document.name || draft.bot.function_id} titleParts={[t("title"), bot.editor.document.name]} layout="full">
      <Workbench bot={bot} why={readOnly ? (draft.bot.status === "archived" ? "archived" : "no_right") : null} />
    </Page>
  );
}
