/** Takes what the list shows out as a file. */
import { Alert, Button, Modal, Radio } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { exportLogsUrl, type LogFilter } from "../../api/logs.ts";
import { filterCount } from "./logSearch.ts";

export function ExportDialog({ filter, onClose }: { filter: LogFilter; onClose: () => void }) {
  const { t } = useTranslation("logs");
  const [format, setFormat] = useState<"csv" | "ndjson">("csv");
  const count = filterCount(filter);
  return (
    <Modal opened onClose={onClose} title={t("export.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <div className="stack">
        <p>{count > 0 ? t("export.filtered", { count }) : t("export.all")}</p>
        <Radio.Group label={t("export.format")} value={format} onChange={(value) => setFormat(value === "ndjson" ? "ndjson" : "csv")}>
          <div className="stack">
            <Radio value="csv" label={t("export.csv")} description={t("export.csvHint")} />
            <Radio value="ndjson" label={t("export.ndjson")} description={t("export.ndjsonHint")} />
          </div>
        </Radio.Group>
        <Alert color="yellow" variant="light">
          {t("export.care")}
        </Alert>
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button
            component="a"
            href={exportLogsUrl(filter, format)}
            download={`chat-logs.${format}`}
            leftSection={<IconDownload size={18} aria-hidden />}
            onClick={onClose}
          >
            {t("export.submit")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
