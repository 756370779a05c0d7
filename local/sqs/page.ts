import { invalidParameter, invalidValue } from "./errors.ts";

const MOST = 1000;

/** One page of names in order. As in SQS, a next token is given only to those who ask for a page size. */
export function page(
  names: string[],
  input: { MaxResults?: number; NextToken?: string },
): { items: string[]; next: string | undefined } {
  const size = input.MaxResults ?? MOST;
  if (!(size >= 1 && size <= MOST)) {
    throw invalidValue(size, "MaxResults", `MaxResults must be an integer between 1 and ${MOST}.`);
  }
  const after = input.NextToken === undefined ? "" : Buffer.from(input.NextToken, "base64").toString();
  if (input.NextToken !== undefined && after === "") throw invalidParameter("Invalid or expired next token.");
  const rest = names.filter((name) => name > after);
  const items = rest.slice(0, size);
  const more = input.MaxResults !== undefined && rest.length > size;
  return { items, next: more ? Buffer.from(items.at(-1)!).toString("base64") : undefined };
}
