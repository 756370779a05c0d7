import { invalidParameter } from "./errors.ts";

const SIZE = 100;

/** One page of a list, which continues after the item that the token names. */
export function pageOf<T>(
  all: T[],
  nameOf: (item: T) => string,
  token: unknown,
): { items: T[]; next: string | undefined } {
  const after = token ? Buffer.from(String(token), "base64url").toString() : undefined;
  const last = after === undefined ? -1 : all.findIndex((item) => nameOf(item) === after);
  if (after !== undefined && last < 0) throw invalidParameter("NextToken");
  const items = all.slice(last + 1, last + 1 + SIZE);
  const isMore = last + 1 + SIZE < all.length;
  return { items, next: isMore ? Buffer.from(nameOf(items.at(-1)!)).toString("base64url") : undefined };
}
