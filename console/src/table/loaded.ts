/** The state of a paged list, as useInfiniteQuery returns it. */
export interface Loaded<Row> {
  items: Row[];
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** A complete list, in the form that the table takes. */
export function whole<Row>(query: {
  data?: Row[] | undefined;
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
}): Loaded<Row> {
  return {
    items: query.data ?? [],
    isPending: query.isPending,
    error: query.error,
    refetch: query.refetch,
    hasNextPage: false,
    isFetchingNextPage: false,
    fetchNextPage: () => undefined,
  };
}
