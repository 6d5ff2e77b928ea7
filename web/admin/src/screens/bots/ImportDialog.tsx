/** Makes a bot from a file: first tells what is in it, then asks under which function id. */
import { Alert, Button, FileInput, Modal, TextInput } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type BotDocument, createBot, validateBot } from "../../api/bots.ts";
import { ProblemNote } from "../../ui/ProblemNote.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { isFunctionId, suggestFunctionId } from "./functionId.ts";
import classes from "./ImportDialog.module.css";
import { readBotFile } from "./readBotFile.ts";

/** How many findings are listed before “and 12 more”. */
const LISTED = 8;

export function ImportDialog({ taken, onClose }: { taken: ReadonlySet<string>; onClose: () => void }) {
  const { t } = useTranslation("bots");
  const [document, setDocument] = useState<BotDocument | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const choose = async (file: File | null) => {
    setDocument(null);
    setRefused(null);
    if (!file) return;
    const read = await readBotFile(file);
    if (read.kind === "refused") return setRefused(t(`import.refused.${read.why}`));
    const free = taken.has(read.document.function_id) ? suggestFunctionId(read.document.name, taken) : read.document.function_id;
    setDocument({ ...read.document, function_id: free });
  };
  return (
    <Modal opened onClose={onClose} title={t("import.title")} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      <div className="stack">
        <FileInput
          label={t("import.file")}
          description={t("import.fileHint")}
          placeholder={t("import.choose")}
          accept="application/json,.json"
          leftSection={<IconFileUpload size={18} aria-hidden />}
          error={refused}
          clearable
          clearButtonProps={{ "aria-label": t("common:remove") }}
          onChange={(file) => void choose(file)}
        />
        {document ? <Report document={document} taken={taken} onChange={setDocument} onClose={onClose} /> : null}
      </div>
    </Modal>
  );
}

interface ReportProps {
  document: BotDocument;
  taken: ReadonlySet<string>;
  onChange: (document: BotDocument) => void;
  onClose: () => void;
}

function Report({ document, taken, onChange, onClose }: ReportProps) {
  const { t } = useTranslation("bots");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { function_id } = document;
  // Another function id changes nothing about the findings.
  const { function_id: _, ...rest } = document;
  const findings = useQuery({ queryKey: ["import", rest], queryFn: () => validateBot(document), staleTime: Number.POSITIVE_INFINITY });
  const make = useMutation({
    mutationFn: () => createBot({ document }),
    onSuccess: async ({ bot }) => {
      void queries.invalidateQueries({ queryKey: ["bots"] });
      onClose();
      await navigate({ to: "/bots/$functionId", params: { functionId: bot.function_id } });
    },
  });
  const wrong = !isFunctionId(function_id) ? t("new.functionIdRule") : taken.has(function_id) ? t("new.functionIdTaken") : null;
  const all = findings.data ?? [];
  const errors = all.filter((it) => it.severity === "error").length;
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong) make.mutate();
      }}
    >
      <p>{t("import.contents", { name: document.name, count: document.boxes?.length ?? 0 })}</p>
      <TextInput
        label={t("new.functionId")}
        description={t("new.functionIdHint")}
        spellCheck={false}
        classNames={{ input: "code" }}
        value={function_id}
        error={wrong}
        onChange={(event) => onChange({ ...document, function_id: event.currentTarget.value })}
      />
      <div aria-live="polite">
        {all.length > 0 ? (
          <Alert color={errors > 0 ? "red" : "yellow"} variant="light" title={t(errors > 0 ? "import.withErrors" : "import.withWarnings")}>
            <ul className={classes.findings}>
              {all.slice(0, LISTED).map((it) => (
                <li key={`${it.code}${it.box_id}${it.link}${it.message}`}>
                  <Tag tone={it.severity === "error" ? "danger" : "warning"}>{t(`severity.${it.severity}`)}</Tag> {it.message}
                </li>
              ))}
            </ul>
            {all.length > LISTED ? <p>{t("import.more", { count: all.length - LISTED })}</p> : null}
          </Alert>
        ) : findings.isSuccess ? (
          <p className="muted">{t("import.noFindings")}</p>
        ) : null}
      </div>
      <ProblemNote error={make.error ?? findings.error} />
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {t("common:cancel")}
        </Button>
        <Button type="submit" loading={make.isPending} disabled={findings.isPending}>
          {t("import.submit")}
        </Button>
      </div>
    </form>
  );
}
