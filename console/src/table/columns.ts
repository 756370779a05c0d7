import type { ReactNode } from "react";

export interface Column<Row> {
  header: string;
  /** Of the grid: "120px", "minmax(0, 2fr)". */
  width: string;
  cell: (row: Row) => ReactNode;
  end?: boolean;
  /** Left out on a phone. */
  wide?: boolean;
}
