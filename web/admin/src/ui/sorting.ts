/** The order of a list that is all here. */
export interface Sort {
  by: string;
  direction: "asc" | "desc";
}

interface Sortable<Row> {
  key: string;
  sort?: (row: Row) => string | number | null;
}

/** A sorted copy. What has no value comes last in either direction; equals keep their order. */
export function sorted<Row>(rows: readonly Row[], columns: readonly Sortable<Row>[], sort: Sort, language: string): Row[] {
  const value = columns.find((it) => it.key === sort.by)?.sort;
  if (!value) return [...rows];
  const words = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const sign = sort.direction === "asc" ? 1 : -1;
  return rows
    .map((row) => ({ row, value: value(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      if (typeof a.value === "number" && typeof b.value === "number") return sign * (a.value - b.value);
      return sign * words.compare(String(a.value), String(b.value));
    })
    .map((it) => it.row);
}

/** Reads `name` or `-name`, as it stands in an address. */
export function readSort(text: unknown, fallback: Sort): Sort {
  if (typeof text !== "string" || !/^-?[a-z_0-9]+$/u.test(text)) return fallback;
  return text.startsWith("-") ? { by: text.slice(1), direction: "desc" } : { by: text, direction: "asc" };
}

export const writeSort = ({ by, direction }: Sort): string => (direction === "desc" ? `-${by}` : by);
