/** A list in rows and columns: a real table where there is room, cards where there is not. Same order, same words. */
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./DataTable.module.css";
import type { Sort } from "./sorting.ts";

export interface Column<Row> {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** By what to sort, for columns that can be sorted by. */
  sort?: (row: Row) => string | number | null;
  align?: "end";
  /** Names the row: its heading in the table and on a card. One column only. */
  heading?: boolean;
  /** Not worth a line on a card when it is null. */
  quiet?: boolean;
}

interface Props<Row> {
  /** What the table shows; not on the screen, where the heading above says it. */
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  /** Buttons and menus of a row. */
  actions?: (row: Row) => ReactNode;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  /** Cards also where there is room for a table. */
  cards?: boolean;
}

export function DataTable<Row>(props: Props<Row>) {
  const narrow = useMediaQuery("(max-width: 47.99rem)", undefined, { getInitialValueInEffect: false });
  return narrow || props.cards ? <Cards {...props} /> : <Rows {...props} />;
}

function Rows<Row>({ caption, columns, rows, rowKey, actions, sort, onSort }: Props<Row>) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by keyboard
    <section className={classes.scroll} aria-label={caption} tabIndex={0}>
      <table className={classes.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
            {actions ? (
              <th scope="col" className={classes.acts}>
                <span className="visually-hidden">{t("actions")}</span>
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map(({ key, cell, align, heading }) =>
                heading ? (
                  <th key={key} scope="row" data-align={align}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={key} data-align={align}>
                    {cell(row)}
                  </td>
                ),
              )}
              {actions ? <td className={classes.acts}>{actions(row)}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface HeadProps<Row> {
  column: Column<Row>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
}

function Head<Row>({ column, sort, onSort }: HeadProps<Row>) {
  const { key, header, align } = column;
  if (!column.sort || !onSort) {
    return (
      <th scope="col" data-align={align}>
        {header}
      </th>
    );
  }
  const direction = sort?.by === key ? sort.direction : undefined;
  const Icon = direction === "asc" ? IconArrowUp : direction === "desc" ? IconArrowDown : IconArrowsSort;
  const order = direction === "asc" ? "ascending" : direction === "desc" ? "descending" : "none";
  return (
    <th scope="col" data-align={align} aria-sort={order}>
      <button type="button" className={classes.sort} onClick={() => onSort({ by: key, direction: direction === "asc" ? "desc" : "asc" })}>
        {header}
        <Icon size={14} aria-hidden data-on={direction !== undefined} />
      </button>
    </th>
  );
}

function Cards<Row>({ caption, columns, rows, rowKey, actions }: Props<Row>) {
  const heading = columns.find((it) => it.heading);
  return (
    <ul className={classes.cards} aria-label={caption}>
      {rows.map((row) => (
        <li key={rowKey(row)} className={classes.card}>
          <div className={classes.top}>
            <div className={classes.name}>{heading?.cell(row)}</div>
            {actions?.(row)}
          </div>
          <dl>
            {columns
              .filter((it) => !it.heading)
              .map(({ key, header, cell, quiet }) => {
                const value = cell(row);
                if (quiet && value === null) return null;
                return (
                  <div key={key}>
                    <dt>{header}</dt>
                    <dd>{value}</dd>
                  </div>
                );
              })}
          </dl>
        </li>
      ))}
    </ul>
  );
}
