/** Shows a new token, once: copy it, keep it, try it. */
import { Alert, Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { IconDownload, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MadeToken } from "../../../api/tokens.ts";
import { CodeBlock, pretty } from "../../../ui/CodeBlock.tsx";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { download } from "../../../ui/download.ts";
import { ProblemNote } from "../../../ui/ProblemNote.tsx";

/** A call of each kind that reads and shows nobody's data. */
const FIRST_CALL = { bots_management: "/api/v1/bots?limit=3", db_update: "/api/v1/fields?limit=3" } as const;
const VARIABLE = { bots_management: "SMARTBOT_BOTS_MANAGEMENT_TOKEN", db_update: "SMARTBOT_DB_UPDATE_TOKEN" } as const;

export function MadeTokenDialog({ token, onClose }: { token: MadeToken; onClose: () => void }) {
  const { t } = useTranslation("tokens");
  const [kept, setKept] = useState(false);
  const url = location.origin + FIRST_CALL[token.kind];
  const curl = `curl -s '${url}' -H 'Authorization: Bearer ${token.token}'`;
  const run = useMutation({
    // Without the cookie: what answers is the token.
    mutationFn: async () => {
      const response = await fetch(url, { headers: { Authorization: `Bearer ${token.token}` }, credentials: "omit" });
      return `HTTP ${response.status}\n\n${pretty(await response.text())}`;
    },
  });
  const env = `SMARTBOT_URL=${location.origin}\n${VARIABLE[token.kind]}=${token.token}\n`;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("made.title", { name: token.name })}
      size="lg"
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
    >
      <div className="stack">
        <Alert color="yellow" variant="light">
          {t("made.once")}
        </Alert>
        <TextInput
          label={t("made.token")}
          readOnly
          value={token.token}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          onFocus={(event) => event.currentTarget.select()}
          classNames={{ input: "code" }}
        />
        <div className="row">
          <CopyButton value={token.token} what={t("made.token")} label={t("made.copy")} />
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => download(`${VARIABLE[token.kind].toLowerCase()}.env`, env)}
          >
            {t("made.env")}
          </Button>
        </div>
        <div>
          <p className="muted small">{t("made.try")}</p>
          <CodeBlock code={curl} label={t("made.curl")} wrap />
        </div>
        <Button
          size="xs"
          className="start"
          variant="light"
          loading={run.isPending}
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          onClick={() => run.mutate()}
        >
          {t("made.run")}
        </Button>
        <div aria-live="polite">{run.data ? <CodeBlock code={run.data} label={t("made.answer")} titled /> : null}</div>
        <ProblemNote error={run.error} />
        <Checkbox label={t("made.kept")} checked={kept} onChange={(event) => setKept(event.currentTarget.checked)} />
        <div className="dialog-actions">
          <Button disabled={!kept} onClick={onClose}>
            {t("made.close")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
