/** One published version, to look at: drawn as the draft is, with what differs from it marked. */
import { Button, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { getDraft, getVersion } from "../../builder/api.ts";
import type { Catalogue } from "../../builder/catalogue/catalogue.ts";
import { Editor } from "../../builder/editor/editor.ts";
import { changedBoxes } from "../../builder/model/compare.ts";
import { readDocument } from "../../builder/model/read.ts";
import { catalogueQuery } from "../../builder/resources.ts";
import { Page } from "../../shell/Page.tsx";
import { Workbench } from "./Workbench.tsx";

export function VersionScreen({ functionId, version }: { functionId: string; version: number }) {
  const { t } = useTranslation("builder");
  const catalogue = useQuery(catalogueQuery);
  const shown = useQuery({
    queryKey: ["bot-version", functionId, version],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => getVersion(functionId, version),
  });
  const error = shown.error ?? catalogue.error;
  const title = t("versions.version", { version });
  return (
    <Page title={`${functionId} · ${title}`} titleParts={[t("title"), functionId, title]} layout="full">
      {catalogue.data && shown.data ? (
        <Shown key={version} functionId={functionId} version={version} source={shown.data.document} catalogue={catalogue.data} />
      ) : error ? (
        <p role="alert">{error.message}</p>
      ) : (
        <Loader aria-label={t("loading")} />
      )}
    </Page>
  );
}

function Shown({ functionId, version, source, catalogue }: { functionId: string; version: number; source: unknown; catalogue: Catalogue }) {
  const { t } = useTranslation("builder");
  const navigate = useNavigate();
  const draft = useQuery({ queryKey: ["bot-draft-beside", functionId], gcTime: 0, queryFn: ({ signal }) => getDraft(functionId, signal) });
  const bot = useMemo(() => {
    const { document, setAside } = readDocument(source);
    return { editor: new Editor({ functionId, catalogue, document, readOnly: true }), saver: null, setAside };
  }, [functionId, catalogue, source]);
  const changes = useMemo(
    () => (draft.data ? changedBoxes(readDocument(draft.data.document).document, bot.editor.document) : null),
    [draft.data, bot],
  );
  return (
    <Workbench
      bot={bot}
      why="version"
      changes={changes}
      banner={
        <>
          <span>{t("versions.banner", { version, count: changes?.size ?? 0 })}</span>
          <Button size="compact-sm" variant="default" onClick={() => void navigate({ to: ".", search: {} as never })}>
            {t("versions.to_draft")}
          </Button>
        </>
      }
    />
  );
}
