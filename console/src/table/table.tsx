import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useEffect, useRef } from "react";
import { Link } from "react-router";
import { usePhone } from "../app/media.ts";
import { Failed, Loading } from "../parts/states.tsx";
import type { Column } from "./columns.ts";
import type { Loaded } from "./loaded.ts";
import { useRowKeys } from "./use-row-keys.ts";

const ROW = 42;
/** On a phone a row is a card; as in table.css. */
const CARD = 64;
/** The next page is fetched when this number of rows is left. */
const AHEAD = 40;

interface TableProps<Row> {
  label: string;
  list: Loaded<Row>;
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  linkOf?: (row: Row) => string;
  empty: ReactNode;
  /** Key of the row whose details are open. */
  chosen?: string;
}

/**
 * A list of any length: only the visible rows are in the page, and more are fetched while scrolling. The
 * first column's cell is the row's link.
 */
export function Table<Row>(props: TableProps<Row>) {
  const { label, list, columns, keyOf, linkOf, empty, chosen } = props;
  const { items, isPending, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useRows(scroll, items.length);
  // Those of a list that has become shorter are removed with the next drawing.
  const rows = virtual.getVirtualItems().filter(({ index }) => index < items.length);
  useNextPage(list, rows.at(-1)?.index ?? 0);
  const keys = useRowKeys(scroll, virtual, { count: items.length, enabled: linkOf !== undefined });

  if (isPending) return <Loading lines={8} label={`Loading ${label.toLowerCase()}`} />;
  if (error && items.length === 0) return <Failed error={error} again={() => void refetch()} />;
  if (items.length === 0 && hasNextPage) return <Loading lines={8} label="Loading more" />;
  if (items.length === 0) return empty;
  const few = columns.filter(({ spare }) => !spare);
  const stop = rows.some(({ index }) => index === keys.stop) ? keys.stop : rows[0]?.index;
  return (
    <div
      className="table virtual fill"
      role="table"
      aria-label={label}
      aria-rowcount={hasNextPage ? -1 : items.length + 1}
      style={{ "--columns": widthsOf(columns), "--few-columns": widthsOf(few) } as CSSProperties}
    >
      <Head columns={columns} />
      <div ref={scroll} className="table-scroll" role="rowgroup" onKeyDown={keys.onKeyDown}>
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {rows.map(({ index, start, size }) => (
            <div
              key={keyOf(items[index]!)}
              className="table-row"
              role="row"
              aria-rowindex={index + 2}
              aria-current={keyOf(items[index]!) === chosen ? "true" : undefined}
              data-index={index}
              style={{ transform: `translateY(${start}px)`, height: size }}
            >
              <Cells
                row={items[index]!}
                columns={columns}
                linkOf={linkOf}
                isStop={index === stop}
                onFocus={() => keys.setStop(index)}
              />
            </div>
          ))}
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

function widthsOf<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ width }) => width).join(" ");
}

function classOf<Row>({ end, wide, spare, fills }: Column<Row>): string {
  return Object.entries({ cell: true, end, wide, spare, fills })
    .flatMap(([name, is]) => (is ? name : []))
    .join(" ");
}

/** The visible rows of a list. */
function useRows(scroll: React.RefObject<HTMLDivElement | null>, count: number) {
  const size = usePhone() ? CARD : ROW;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroll.current,
    estimateSize: () => size,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other sizes are measured again
  useEffect(() => virtual.measure(), [size]);
  return virtual;
}

/** Fetches the next page before the last visible row is the last one. */
function useNextPage<Row>(list: Loaded<Row>, last: number): void {
  const { items, hasNextPage, isFetchingNextPage, error, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !error && last >= items.length - AHEAD) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, error, last, items.length, fetchNextPage]);
}

function Head<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <div role="rowgroup">
      <div className="table-head" role="row">
        {columns.map((column) => (
          <span key={column.header} role="columnheader" className={classOf(column)}>
            {column.header}
          </span>
        ))}
      </div>
    </div>
  );
}

function Cells<Row>({
  row,
  columns,
  linkOf,
  isStop,
  onFocus,
}: {
  row: Row;
  columns: readonly Column<Row>[];
  linkOf: ((row: Row) => string) | undefined;
  /** Whether the row is the tab stop of the table. */
  isStop: boolean;
  onFocus: () => void;
}) {
  return columns.map((column, at) => (
    <span key={column.header} role="cell" className={classOf(column)}>
      {at === 0 && linkOf ? (
        <Link className="row-link" to={linkOf(row)} tabIndex={isStop ? 0 : -1} onFocus={onFocus}>
          {column.cell(row)}
        </Link>
      ) : (
        column.cell(row)
      )}
    </span>
  ));
}
