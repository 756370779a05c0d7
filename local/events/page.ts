import type { Store } from "../kernel/store.ts";
import { requireNumber } from "./validation.ts";

export interface Page<Row> {
  rows: Row[];
  NextToken?: string;
}

interface PageInput {
  NamePrefix?: string;
  Limit?: number;
  NextToken?: string;
}

/**
 * One page of a list that is ordered by name: `query` returns the rows after a name, including one more than
 * the page takes. `Limit` and `NextToken` are the API's.
 */
export function pageOf<Row>(
  input: Pick<PageInput, "Limit" | "NextToken">,
  nameOf: (row: Row) => string,
  query: (after: string, limit: number) => Row[],
): Page<Row> {
  const limit = input.Limit === undefined ? 100 : requireNumber(input.Limit, "limit", 1, 100);
  const after = input.NextToken === undefined ? "" : Buffer.from(input.NextToken, "base64url").toString();
  const rows = query(after, limit + 1);
  if (rows.length <= limit) return { rows };
  const page = rows.slice(0, limit);
  return { rows: page, NextToken: Buffer.from(nameOf(page.at(-1)!)).toString("base64url") };
}

/**
 * One page of a table's rows whose names begin with `NamePrefix`. `filters`: the values that columns must
 * have; a column whose value is undefined may have any.
 */
export function pageByName<Row extends { name: string }>(
  store: Store,
  table: string,
  input: PageInput,
  filters: Record<string, string | undefined> = {},
): Page<Row> {
  const { NamePrefix: prefix = "" } = input;
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  const conditions = given.map(([column]) => ` AND ${column} = ?`).join("");
  const values = given.map(([, value]) => value!);
  return pageOf<Row>(
    input,
    ({ name }) => name,
    (after, limit) =>
      store.all(
        `SELECT * FROM ${table} WHERE name >= ? AND name > ? AND name < ?${conditions} ORDER BY name LIMIT ?`,
        prefix,
        after,
        endOfPrefix(prefix),
        ...values,
        limit,
      ),
  );
}

/** The smallest text above all with this prefix, for a range over an index. */
function endOfPrefix(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}
