import { validation } from "./errors.ts";

/**
 * One page of a list that is ordered by key: `query` returns the rows after a key (empty at the beginning),
 * including one more than the page takes.
 */
export function pageOf<Row>(
  { MaxResults = 100, NextToken }: { MaxResults?: number; NextToken?: string },
  keyOf: (row: Row) => string[],
  query: (after: string[], limit: number) => Row[],
): { rows: Row[]; NextToken?: string } {
  const rows = query(NextToken === undefined ? [] : readToken(NextToken), MaxResults + 1);
  if (rows.length <= MaxResults) return { rows };
  const page = rows.slice(0, MaxResults);
  const last = JSON.stringify(keyOf(page.at(-1)!));
  return { rows: page, NextToken: Buffer.from(last).toString("base64url") };
}

function readToken(token: string): string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (Array.isArray(key) && key.every((part) => typeof part === "string")) return key;
  } catch {
    // Not one of ours: refused below.
  }
  throw validation("Invalid NextToken.");
}
