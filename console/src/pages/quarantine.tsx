import { useList } from "../api/queries.ts";
import type { QuarantineView } from "../api/types.ts";
import { Page } from "../parts/page.tsx";
import { Empty } from "../parts/states.tsx";
import { Terms } from "../parts/terms.tsx";
import { When } from "../parts/time.tsx";
import type { Column } from "../table/columns.ts";
import { Table } from "../table/table.tsx";

/** What an operator can do with a quarantined event. */
const ACTIONS = [
  {
    name: "Release",
    meaning: "Delivers the event to its subscriber again, with a corrected payload if you edit it.",
  },
  {
    name: "Discard",
    meaning: "Keeps the event from this subscriber permanently. The history has the reason.",
  },
];

/** The reason of a quarantined event, as text. */
export const REASONS: Record<QuarantineView["reason"], string> = {
  contract: "Breaks its contract",
  "unknown-version": "Unknown version",
  contradiction: "Contradiction: same identity, different payload",
  "not-an-event": "Not an event",
  loop: "Event loop",
};

const COLUMNS: Column<QuarantineView>[] = [
  {
    header: "Event",
    width: "minmax(0, 1fr)",
    cell: ({ name, source }) => (
      <>
        <strong>{name}</strong> <span className="detail">{source}</span>
      </>
    ),
  },
  { header: "Subscriber", width: "minmax(0, 0.8fr)", cell: ({ subscriber }) => subscriber },
  {
    header: "Reason",
    width: "minmax(0, 1.8fr)",
    cell: ({ reason, findings }) => (
      <span title={findings.map(({ path, message }) => `${path}: ${message}`).join("\n")}>
        {REASONS[reason]}{" "}
        <span className="detail">
          {findings[0] && `${findings[0].path}: ${findings[0].message}`}
          {findings.length > 1 && ` and ${findings.length - 1} more`}
        </span>
      </span>
    ),
    fills: true,
  },
  { header: "Since", width: "104px", cell: ({ quarantinedAt }) => <When at={quarantinedAt} />, end: true },
];

/** The list of quarantined events. */
export function Quarantine() {
  const list = useList<QuarantineView>(["quarantine"], "quarantine");
  return (
    <Page title="Quarantine" description="Events that were not admitted, with the reason." fills>
      <div className="card fill">
        <Table
          label="Quarantine"
          list={list}
          columns={COLUMNS}
          keyOf={({ id }) => id}
          linkOf={({ id }) => `/quarantine/${encodeURIComponent(id)}`}
          empty={
            <Empty icon="check" title="Quarantine is empty">
              <p>Events that break their contract are stored here and start no workflow.</p>
            </Empty>
          }
        />
      </div>
      {list.items.length > 0 && <Terms title="Open an event to resolve it" terms={ACTIONS} />}
    </Page>
  );
}
