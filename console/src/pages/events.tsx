import { useEvents } from "../api/queries.ts";
import type { EventSummary } from "../api/types.ts";
import { useFilters } from "../app/filters.ts";
import { Page } from "../parts/page.tsx";
import { Search } from "../parts/search.tsx";
import { Empty } from "../parts/states.tsx";
import type { Column } from "../table/columns.ts";
import { whole } from "../table/loaded.ts";
import { Table } from "../table/table.tsx";

const COLUMNS: Column<EventSummary>[] = [
  {
    header: "Event",
    width: "minmax(0, 1.4fr)",
    cell: ({ name, description }) => (
      <>
        <span className="mono">{name}</span> <span className="detail">{description}</span>
      </>
    ),
  },
  {
    header: "Versions",
    width: "90px",
    cell: ({ versions }) => versions.map((one) => `v${one}`).join(" "),
    wide: true,
  },
  {
    header: "Publishers",
    width: "minmax(0, 1fr)",
    cell: ({ publishers, reserved }) =>
      reserved ? "Millrace" : publishers.join(", ") || <span className="detail">external</span>,
    wide: true,
  },
  {
    header: "Subscribers",
    width: "minmax(0, 1fr)",
    cell: ({ subscribers }) => subscribers.join(", ") || <span className="detail">none</span>,
  },
];

/** The events with their contracts. */
export function Events() {
  const [{ text, all }, setFilters] = useFilters(["text", "all"]);
  const events = useEvents();
  const data = events.data
    ?.filter(({ reserved }) => !reserved || all !== undefined)
    .filter(({ name, description }) =>
      `${name} ${description ?? ""}`.toLowerCase().includes((text ?? "").toLowerCase()),
    );
  return (
    <Page title="Events" description="All event contracts. Open one to read its schema or to send it." fills>
      <div className="filters">
        <Search label="Search events" value={text} onChange={(value) => setFilters({ text: value })} />
        <label className="row">
          <input
            type="checkbox"
            checked={all !== undefined}
            onChange={({ target }) => setFilters({ all: target.checked ? "yes" : "" })}
          />
          Include Millrace events
        </label>
      </div>
      <div className="card fill">
        <Table
          label="Events"
          list={whole({ ...events, data })}
          columns={COLUMNS}
          keyOf={({ name }) => name}
          linkOf={({ name }) => `/events/${encodeURIComponent(name)}`}
          empty={
            <Empty icon="event" title={text ? "No matching events" : "No events defined"}>
              <p>
                {text
                  ? "Search for another part of the name."
                  : "Define one with defineEvent, and a workflow that starts on it."}
              </p>
            </Empty>
          }
        />
      </div>
    </Page>
  );
}
