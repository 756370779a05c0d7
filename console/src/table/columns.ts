import type { ReactNode } from "react";

export interface Column<Row> {
  header: string;
  /** Of the grid: "120px", "minmax(0, 2fr)". */
  width: string;
  cell: (row: Row) => ReactNode;
  end?: boolean;
  /** Left out on a phone. */
  wide?: boolean;
  /** Left out on a window that is too narrow for all columns next to the navigation. */
  spare?: boolean;
  /** On a phone, it takes what is left of the second line. */
  fills?: boolean;
}
