/** Lists that are short enough to be read as a whole. */
import { request } from "./client.ts";

/** All pages of a list that is never long. */
export async function everything<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null | undefined = "";
  do {
    const search: string = cursor ? `?limit=200&cursor=${encodeURIComponent(cursor)}` : "?limit=200";
    const { data }: { data: { data: T[]; next_cursor?: string | null } } = await request(`GET`, path + search, { signal });
    all.push(...data.data);
    cursor = data.next_cursor;
  } while (cursor);
  return all;
}
