/** A screen of the settings that is one list: what it is for, a way to add to it, and the rows with what can be done with each. */
import { Button } from "@mantine/core";
import { IconPlus, type IconProps } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import { Page } from "../../shell/Page.tsx";
import { type Column, DataTable } from "../../ui/DataTable.tsx";
import { type QueryLike, QueryStates } from "../../ui/QueryStates.tsx";

interface Props<Row> {
  title: string;
  lead: string;
  query: QueryLike<Row[]>;
  /** Absent for those who may not. */
  add?: { label: string; icon?: ComponentType<IconProps>; onClick: () => void } | null;
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  actions?: (row: Row) => ReactNode;
  /** Between the lead and the rows: a search, where the list is long. */
  above?: ReactNode;
  /** In place of no rows. */
  empty: ReactNode;
  /** The dialog that is open. */
  children?: ReactNode;
}

export function ListScreen<Row>({ title, lead, query, add, columns, rowKey, actions, above, empty, children }: Props<Row>) {
  const Icon = add?.icon ?? IconPlus;
  return (
    <Page
      title={title}
      lead={lead}
      actions={
        add ? (
          <Button leftSection={<Icon size={18} aria-hidden />} onClick={add.onClick}>
            {add.label}
          </Button>
        ) : null
      }
    >
      <QueryStates query={query} what={title}>
        {(rows) => (
          <>
            {above}
            {rows.length === 0 ? empty : <DataTable caption={title} columns={columns} rows={rows} rowKey={rowKey} actions={actions} />}
          </>
        )}
      </QueryStates>
      {children}
    </Page>
  );
}
