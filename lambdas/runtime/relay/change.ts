import type { TableItem } from "../../../lib/contract/table.ts";

/** One change of the table: a record of its stream. */
export interface Change {
  before?: TableItem | undefined;
  after?: TableItem | undefined;
}
