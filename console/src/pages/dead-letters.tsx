import { useState } from "react";
import { useList } from "../api/queries.ts";
import type { DeadLetterView } from "../api/types.ts";
import { useFilters } from "../app/filters.ts";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { ActionDialog } from "../parts/action-dialog.tsx";
import { FilterSelect } from "../parts/filter-select.tsx";
import { Page } from "../parts/page.tsx";
import { Empty } from "../parts/states.tsx";
import { Terms } from "../parts/terms.tsx";
import { When } from "../parts/time.tsx";
import type { Column } from "../table/columns.ts";
import { Table } from "../table/table.tsx";

const COLUMNS: Column<DeadLetterView>[] = [
  {
    header: "Message",
    width: "minmax(0, 1.3fr)",
    cell: ({ purpose, step, event, path }) => (
      <>
        <strong>{step ?? event?.name ?? purpose}</strong>{" "}
        <span className="detail mono">{path ?? event?.id}</span>
      </>
    ),
  },
  { header: "Subscriber", width: "minmax(0, 0.8fr)", cell: ({ subscriber }) => subscriber },
  {
    header: "Reason",
    width: "minmax(0, 1.8fr)",
    cell: ({ reason }) => <span title={reason}>{reason}</span>,
    fills: true,
  },
  {
    header: "Receives",
    width: "72px",
    cell: ({ receives }) => <span className="number">{receives}×</span>,
    end: true,
    wide: true,
  },
  { header: "Dead-lettered", width: "104px", cell: ({ diedAt }) => <When at={diedAt} />, end: true },
];

/** What an operator can do with a dead letter. */
const ACTIONS = [
  {
    name: "Redrive",
    meaning: "Sends the message to its queue again, edited if you change it. Completed work is not repeated.",
  },
  {
    name: "Discard",
    meaning: "Gives the message up permanently. The step takes its fallback, or its run fails.",
  },
];

/** The list of dead letters. */
export function DeadLetters() {
  const { can } = useSession();
  const [{ subscriber }, setFilters] = useFilters(["subscriber"]);
  const list = useList<DeadLetterView>(["dead-letters"], "dead-letters", { subscriber });
  const [open, setOpen] = useState<"redrive" | "discard">();
  const listed = list.items.map((deadLetter) => deadLetter.subscriber);
  const subscribers = [...new Set([...listed, ...(subscriber ? [subscriber] : [])])];
  const close = () => setOpen(undefined);
  return (
    <Page
      title="Dead letters"
      description="Messages that failed too often. A run with a dead letter is stuck until the message is redriven or discarded."
      fills
      actions={
        list.items.length > 0 && (
          <>
            <ActionButton icon="retry" allowed={can.operate} onClick={() => setOpen("redrive")}>
              Redrive all
            </ActionButton>
            <ActionButton icon="cross" danger allowed={can.operate} onClick={() => setOpen("discard")}>
              Discard all
            </ActionButton>
          </>
        )
      }
    >
      {subscribers.length > 0 && (
        <div className="filters">
          <FilterSelect
            label="Subscriber"
            value={subscriber}
            options={subscribers}
            onChange={(value) => setFilters({ subscriber: value })}
          />
        </div>
      )}
      <div className="card fill">
        <Table
          label="Dead letters"
          list={list}
          columns={COLUMNS}
          keyOf={({ id }) => id}
          linkOf={({ id }) => `/dead-letters/${encodeURIComponent(id)}`}
          empty={
            <Empty icon="check" title="No dead letters">
              <p>Messages that fail too often appear here, with the reason.</p>
            </Empty>
          }
        />
      </div>
      {list.items.length > 0 && <Terms title="Open a dead letter to resolve it" terms={ACTIONS} />}
      {open === "redrive" && <RedriveAll subscriber={subscriber} onClose={close} />}
      {open === "discard" && <DiscardAll subscriber={subscriber} onClose={close} />}
    </Page>
  );
}

interface AllProps {
  /** Of which subscriber; of all, if undefined. */
  subscriber: string | undefined;
  onClose: () => void;
}

const REFRESH = [["dead-letters"], ["run"]];
const MOST_PER_SECOND = 1000;

const whose = (subscriber: string | undefined) => (subscriber ? `of ${subscriber}` : "of all subscribers");

function RedriveAll({ subscriber, onClose }: AllProps) {
  const [text, setText] = useState("10");
  const rate = Number(text);
  const isRate = Number.isInteger(rate) && rate >= 1 && rate <= MOST_PER_SECOND;
  return (
    <ActionDialog
      title="Redrive all"
      description={`All dead letters ${whose(subscriber)} go back to their queues. Work that is already done is not repeated.`}
      resource="dead-letters/redrive"
      body={{ ...(subscriber && { subscriber }), rate }}
      wrong={isRate ? undefined : `The rate must be a whole number from 1 to ${MOST_PER_SECOND}.`}
      confirm="Redrive"
      refresh={REFRESH}
      onClose={onClose}
    >
      <label className="field">
        Messages per second
        <input
          className="input"
          inputMode="numeric"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
    </ActionDialog>
  );
}

function DiscardAll({ subscriber, onClose }: AllProps) {
  return (
    <ActionDialog
      title="Discard all"
      description={`All dead letters ${whose(subscriber)} are discarded permanently, and their runs fail. This cannot be undone.`}
      resource="dead-letters/discard"
      body={{ ...(subscriber && { subscriber }) }}
      confirm="Discard"
      danger
      refresh={REFRESH}
      onClose={onClose}
    />
  );
}
