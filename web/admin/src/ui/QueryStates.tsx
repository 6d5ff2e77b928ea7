/** What a list, panel or chart shows while its data is on its way, cannot be had, or is no longer fresh. */
import { Alert, Button } from "@mantine/core";
import { IconClockExclamation, IconLock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { problemIn } from "../api/problem.ts";
import { EmptyState } from "./EmptyState.tsx";
import { ProblemNote } from "./ProblemNote.tsx";
import classes from "./QueryStates.module.css";
import { useFormat } from "./useFormat.ts";
import { Waiting } from "./Waiting.tsx";

/** As much of a query as is needed here: one query, an infinite one, or several put together. */
export interface QueryLike<T> {
  data: T | undefined;
  error: unknown;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

interface Props<T> {
  query: QueryLike<T>;
  /** What is loaded, in words: “users”. */
  what: string;
  children: (data: T) => ReactNode;
}

export function QueryStates<T>({ query, what, children }: Props<T>) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = query;
  if (problemIn(error)?.status === 403) return <EmptyState icon={IconLock} text={t("noPermission")} />;
  if (data === undefined) return error ? <ProblemNote error={error} retry={() => void refetch()} /> : <Waiting what={what} />;
  return (
    <>
      {error ? (
        <Alert color="yellow" variant="light" role="status" icon={<IconClockExclamation size={18} aria-hidden />} className={classes.stale}>
          <div className={classes.row}>
            <span>{t("stale", { at: format.time(query.dataUpdatedAt) })}</span>
            <Button size="compact-sm" variant="default" onClick={() => void refetch()}>
              {t("retry")}
            </Button>
          </div>
        </Alert>
      ) : null}
      {children(data)}
    </>
  );
}
