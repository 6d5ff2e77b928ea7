/** All pages of a list, one after the other: the first is shown at once, the rest arrives behind it. */
import { useEffect, useMemo } from "react";

/** As much of an infinite query as is needed here. */
interface Pages<T> {
  data: { pages: { data: T[] }[] } | undefined;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isError: boolean;
  error: unknown;
  dataUpdatedAt: number;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

/** A list longer than this is cut: whoever has more searches. */
const MOST_PAGES = 50;

export function useAllPages<T>({ data, hasNextPage, isFetchingNextPage, isError, error, dataUpdatedAt, fetchNextPage, refetch }: Pages<T>) {
  const pages = data?.pages;
  const more = hasNextPage && !isFetchingNextPage && !isError && (pages?.length ?? 0) < MOST_PAGES;
  useEffect(() => {
    if (more) fetchNextPage();
  }, [more, fetchNextPage]);
  const rows = useMemo(() => pages?.flatMap((page) => page.data), [pages]);
  return { data: rows, complete: rows !== undefined && !hasNextPage, error, dataUpdatedAt, refetch };
}
