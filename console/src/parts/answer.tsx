import type { ReactNode } from "react";
import type { Loaded } from "../table/loaded.ts";
import { Failed, Loading } from "./states.tsx";

interface Query<Data> {
  data?: Data | undefined;
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
}

/** The answer to a query: placeholders while it is loading, the error with a retry, or what is made of the data. */
export function Answer<Data>({
  query: { data, isPending, error, refetch },
  lines = 6,
  children,
}: {
  query: Query<Data>;
  /** Number of placeholder lines. */
  lines?: number;
  children: (data: Data) => ReactNode;
}): ReactNode {
  if (isPending) return <Loading lines={lines} />;
  if (error || data === undefined) return <Failed error={error} again={() => void refetch()} />;
  return children(data);
}

/** The same for a list in pages, with a button for the next one. */
export function ListAnswer<Item>({
  list,
  lines = 6,
  children,
}: {
  list: Loaded<Item>;
  lines?: number;
  children: (items: readonly Item[]) => ReactNode;
}): ReactNode {
  if (list.isPending) return <Loading lines={lines} />;
  if (list.error && list.items.length === 0)
    return <Failed error={list.error} again={() => void list.refetch()} />;
  return (
    <>
      {children(list.items)}
      {list.hasNextPage && (
        <p className="bar">
          <button
            type="button"
            className="button"
            disabled={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Show more
          </button>
        </p>
      )}
    </>
  );
}
