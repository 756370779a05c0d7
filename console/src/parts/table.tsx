import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { usePhone } from "../app/media.ts";
import { Failed, Loading } from "./states.tsx";

export interface Column<Row> {
  header: string;
  /** Of the grid: "120px", "minmax(0, 2fr)". */
  width: string;
  cell: (row: Row) => ReactNode;
  end?: boolean;
  /** Left out on a phone. */
  desk?: boolean;
}

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

const ROW = 42;
/** On a phone a row is a card; as in table.css. */
const CARD = 84;
/** The next page is fetched when this number of rows is left. */
const AHEAD = 40;

/**
 * A list of any length: only the visible rows are in the page, and more are fetched while scrolling. The
 * first column's cell is the row's link; arrows, j and k move between rows, and one row is a tab stop.
 */
export function Table<Row>({
  label,
  list,
  columns,
  keyOf,
  linkOf,
  empty,
  chosen,
}: {
  label: string;
  list: Loaded<Row>;
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  linkOf?: (row: Row) => string;
  empty: ReactNode;
  /** Key of the row whose details are open. */
  chosen?: string;
}) {
  const { items, isPending, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const phone = usePhone();
  const scroll = useRef<HTMLDivElement>(null);
  const [stop, setStop] = useState(0);
  const size = phone ? CARD : ROW;
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => size,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other sizes are measured again
  useEffect(() => virtual.measure(), [size]);
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !error && last >= items.length - AHEAD) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, error, last, items.length, fetchNextPage]);

  const go = (index: number) => {
    if (index < 0 || index >= items.length) return;
    setStop(index);
    virtual.scrollToIndex(index);
    const link = () => scroll.current?.querySelector<HTMLElement>(`[data-index="${index}"] .row-link`);
    const focus = () => link()?.focus({ preventScroll: true });
    // Immediately if the row is rendered, so that the next key continues from it; otherwise with the next
    // frame.
    if (link()) focus();
    else requestAnimationFrame(focus);
  };
  useFirstKey(() => go(0), linkOf !== undefined && items.length > 0);
  const pressed = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Number(
      (event.target as HTMLElement).closest<HTMLElement>("[data-index]")?.dataset.index ?? -1,
    );
    if (at < 0) return;
    event.preventDefault();
    go(Math.min(items.length - 1, Math.max(0, at + by)));
  };

  if (isPending) return <Loading lines={8} label={`Loading ${label.toLowerCase()}`} />;
  if (error && items.length === 0) return <Failed error={error} again={() => void refetch()} />;
  if (items.length === 0 && hasNextPage) return <Loading lines={8} label="Loading more" />;
  if (items.length === 0) return empty;
  const stopShown = rows.some(({ index }) => index === stop) ? stop : rows[0]?.index;
  return (
    <div
      className="table virtual fill"
      role="table"
      aria-label={label}
      aria-rowcount={hasNextPage ? -1 : items.length + 1}
      style={{ "--columns": columns.map(({ width }) => width).join(" ") } as React.CSSProperties}
    >
      <div role="rowgroup">
        <div className="table-head" role="row">
          {columns.map(({ header, end }) => (
            <span key={header} role="columnheader" className={`cell${end ? " end" : ""}`}>
              {header}
            </span>
          ))}
        </div>
      </div>
      <div ref={scroll} className="table-scroll" role="rowgroup" onKeyDown={pressed}>
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {rows.map(({ index, start }) => {
            const row = items[index];
            if (row === undefined) return null;
            const key = keyOf(row);
            return (
              <div
                key={key}
                className="table-row"
                role="row"
                aria-rowindex={index + 2}
                aria-current={key === chosen ? "true" : undefined}
                data-index={index}
                style={{ transform: `translateY(${start}px)`, height: size }}
              >
                {columns.map(({ header, cell, end, desk }, column) => (
                  <span key={header} role="cell" className={`cell${end ? " end" : ""}${desk ? " desk" : ""}`}>
                    {column === 0 && linkOf ? (
                      <Link
                        className="row-link"
                        to={linkOf(row)}
                        tabIndex={index === stopShown ? 0 : -1}
                        onFocus={() => setStop(index)}
                      >
                        {cell(row)}
                      </Link>
                    ) : (
                      cell(row)
                    )}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
        {error ? (
          <Failed error={error} again={() => void fetchNextPage()} />
        ) : (
          isFetchingNextPage && <Loading lines={2} />
        )}
      </div>
    </div>
  );
}

/** "j" moves the focus into the list from anywhere. */
function useFirstKey(go: () => void, enabled: boolean): void {
  const latest = useRef(go);
  useEffect(() => {
    latest.current = go;
  });
  useEffect(() => {
    if (!enabled) return;
    const pressed = (event: globalThis.KeyboardEvent) => {
      if (event.key !== "j" || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      if (target.closest(".table, dialog, input, textarea, select")) return;
      latest.current();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [enabled]);
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
