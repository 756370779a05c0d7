import type { Page } from "../../../lib/contract/api/index.ts";
import type { ListPart, Wanting } from "../ports/list-part.ts";
import { ApiError } from "./errors.ts";
import { readCursor, writeCursor } from "./merge-pages.ts";

/** The requested part of a list. Throws an ApiError for an unknown cursor. */
export function wanting({ limit, cursor }: { limit: number; cursor?: string | undefined }): Wanting {
  if (cursor === undefined) return { limit, after: undefined };
  const after = readCursor(cursor);
  if (after) return { limit, after };
  throw new ApiError("bad-request", "query.cursor: it is not a cursor that a response returned as next.", {
    path: "query.cursor",
  });
}

/** A part of a list in the form of a response. */
export function listed<Item, Shown>(
  { items, next }: ListPart<Item>,
  show: (item: Item) => Shown,
): Page<Shown> {
  return { items: items.map(show), ...(next && { next: writeCursor(next) }) };
}
