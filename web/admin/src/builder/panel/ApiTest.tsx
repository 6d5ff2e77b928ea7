/** Tries the call of a box with sample values, and shows the request, the answer and what would be kept of it. */
import { Badge, Button } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { testExternalApi } from "../api.ts";
import { CodeBlock } from "../CodeBlock.tsx";
import type { Box } from "../model/document.ts";
import { isPlain } from "../model/text.ts";
import classes from "./ApiTest.module.css";

export function ApiTest({ box }: { box: Box }) {
  const { t } = useTranslation("builder");
  const test = useMutation({ mutationFn: () => testExternalApi(box, isPlain(box.test) ? box.test : {}) });
  const { data, error } = test;
  return (
    <section className={classes.test} aria-label={t("api_test.title")}>
      <Button
        size="compact-sm"
        leftSection={<IconPlayerPlay size={14} aria-hidden />}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        {t("api_test.run")}
      </Button>
      <div role="status">
        {error ? <p className={classes.failed}>{error.message}</p> : null}
        {data ? (
          <>
            <p>
              <Badge size="sm" variant="light" color={data.answer && data.answer.status < 300 ? "green" : "red"}>
                {data.answer ? data.answer.status : t("api_test.no_answer")}
              </Badge>{" "}
              {data.answer ? t("api_test.took", { ms: data.answer.duration_ms }) : data.error}
            </p>
            {data.answer && data.error ? <p className={classes.failed}>{data.error}</p> : null}
          </>
        ) : null}
      </div>
      {data ? (
        <>
          <Part title={t("api_test.saved")} value={data.saved} open />
          {data.answer ? <Part title={t("api_test.answer")} value={data.answer.body} /> : null}
          <Part title={t("api_test.request")} value={data.request} />
        </>
      ) : null}
    </section>
  );
}

function Part({ title, value, open = false }: { title: string; value: unknown; open?: boolean }) {
  return (
    <details open={open} className={classes.part}>
      <summary>{title}</summary>
      <CodeBlock label={title} text={typeof value === "string" ? value : JSON.stringify(value, null, 2)} />
    </details>
  );
}
