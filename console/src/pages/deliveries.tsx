import { Link } from "react-router";
import { useList, useSubscribers } from "../api/queries.ts";
import type { DeliveryView } from "../api/types.ts";
import { useFilters } from "../app/filters.ts";
import { Badge } from "../parts/badge.tsx";
import { FilterSelect } from "../parts/filter-select.tsx";
import { Page } from "../parts/page.tsx";
import { Search } from "../parts/search.tsx";
import { Empty } from "../parts/states.tsx";
import { When } from "../parts/time.tsx";
import type { Column } from "../table/columns.ts";
import { Table } from "../table/table.tsx";
import { between } from "../text/duration.ts";

const COLUMNS: Column<DeliveryView>[] = [
  {
    header: "Event",
    width: "minmax(0, 1.4fr)",
    cell: ({ name, event }) => (
      <>
        <strong>{name}</strong> <span className="detail mono">{event}</span>
      </>
    ),
  },
  { header: "Subscriber", width: "minmax(0, 1fr)", cell: ({ subscriber }) => subscriber },
  {
    header: "State",
    width: "minmax(0, 1.2fr)",
    cell: ({ state, overdueAt }) => (
      <span className="row" style={{ gap: 4 }}>
        <Badge state={state} />
        {overdueAt && (state === "published" || state === "received") && <Badge state="overdue" />}
      </span>
    ),
  },
  {
    header: "Run or reason",
    width: "minmax(0, 1.6fr)",
    cell: ({ run, why }) => (
      <>
        {run && (
          <Link to={`/runs/${encodeURIComponent(run)}`} className="mono">
            {run}
          </Link>
        )}{" "}
        {why && <span title={why}>{why}</span>}
      </>
    ),
    fills: true,
  },
  {
    header: "Duration",
    width: "80px",
    cell: ({ publishedAt, concludedAt }) =>
      publishedAt && concludedAt ? between(publishedAt, concludedAt) : "",
    end: true,
    wide: true,
    spare: true,
  },
  {
    header: "Published",
    width: "110px",
    cell: ({ publishedAt }) => publishedAt && <When at={publishedAt} />,
    end: true,
  },
];

const TEXTS = {
  event: "The deliveries of one event, by subscriber.",
  overdue: "Events that a subscriber did not receive before the deadline.",
  problems: "Deliveries that failed, or are dead-lettered, quarantined or overdue.",
};

/** Which event was received by which subscriber, and which was not. */
export function Deliveries() {
  const [{ event, subscriber, show }, setFilters] = useFilters(["event", "subscriber", "show"]);
  const subscribers = useSubscribers();
  const mode = event ? "event" : show === "overdue" ? "overdue" : "problems";
  const list = useList<DeliveryView>(["deliveries"], "deliveries", {
    event,
    subscriber,
    ...(mode === "overdue" && { overdue: true }),
  });
  return (
    <Page title="Deliveries" description={TEXTS[mode]} fills>
      <div className="filters" role="search" aria-label="Deliveries">
        <Search label="Event id" value={event} onChange={(value) => setFilters({ event: value })} />
        <FilterSelect
          label="Subscriber"
          value={subscriber}
          options={subscribers.data?.map(({ name }) => name) ?? []}
          onChange={(value) => setFilters({ subscriber: value })}
        />
        {mode !== "event" && (
          <label className="row">
            <input
              type="checkbox"
              checked={mode === "overdue"}
              onChange={({ target }) => setFilters({ show: target.checked ? "overdue" : "" })}
            />
            Overdue only
          </label>
        )}
      </div>
      <div className="card fill">
        <Table
          label="Deliveries"
          list={list}
          columns={COLUMNS}
          keyOf={(delivery) => `${delivery.event} ${delivery.subscriber}`}
          linkOf={({ event: id }) => `/deliveries?event=${encodeURIComponent(id)}`}
          empty={
            mode === "event" ? (
              <Empty icon="search" title="No deliveries found">
                <p>
                  The ledger has no event with this id. The id is in the response to sending, and in the facts
                  of each run.
                </p>
              </Empty>
            ) : (
              <Empty
                icon="check"
                title={mode === "overdue" ? "No overdue deliveries" : "No failed deliveries"}
              >
                <p>Enter an event id to see its deliveries.</p>
              </Empty>
            )
          }
        />
      </div>
    </Page>
  );
}
