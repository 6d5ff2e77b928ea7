/** The end of a list that comes page by page from the server. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "./ProblemNote.tsx";
import classes from "./ShowMore.module.css";

interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  fetchNextPage: () => unknown;
}

export function LoadMore({ query, count }: { query: Pages; count: number }) {
  const { t } = useTranslation();
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, error, fetchNextPage } = query;
  return (
    <>
      <div className={classes.more}>
        <span>{t(hasNextPage ? "shownSoFar" : "shownAll", { count })}</span>
        {hasNextPage ? (
          <Button variant="default" size="xs" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
            {t("loadMore")}
          </Button>
        ) : null}
      </div>
      {isFetchNextPageError ? <ProblemNote error={error} retry={() => fetchNextPage()} /> : null}
    </>
  );
}
