import { expect, it } from "vitest";
import { readSort, sorted, writeSort } from "./sorting.ts";

interface Row {
  name: string;
  count: number | null;
}
const rows: Row[] = [
  { name: "Bot 10", count: 2 },
  { name: "älter", count: null },
  { name: "bot 9", count: 30 },
];
const columns = [{ key: "name", sort: (it: Row) => it.name }, { key: "count", sort: (it: Row) => it.count }, { key: "link" }];
const names = (by: string, direction: "asc" | "desc") => sorted(rows, columns, { by, direction }, "de").map((it) => it.name);

it("sorts words as people do: numbers by size, letters without regard to case", () => {
  expect(names("name", "asc")).toEqual(["älter", "bot 9", "Bot 10"]);
});

it("puts what has no value last, in either direction", () => {
  expect(names("count", "asc")).toEqual(["Bot 10", "bot 9", "älter"]);
  expect(names("count", "desc")).toEqual(["bot 9", "Bot 10", "älter"]);
});

it("keeps the order for a column that cannot be sorted by", () => {
  expect(names("link", "asc")).toEqual(rows.map((it) => it.name));
});

it("reads from an address what it wrote there, and nothing else", () => {
  const fallback = { by: "name", direction: "asc" } as const;
  expect(readSort(writeSort({ by: "count", direction: "desc" }), fallback)).toEqual({ by: "count", direction: "desc" });
  expect(readSort(writeSort({ by: "count", direction: "asc" }), fallback)).toEqual({ by: "count", direction: "asc" });
  expect(readSort("<b>", fallback)).toEqual(fallback);
  expect(readSort(7, fallback)).toEqual(fallback);
});
