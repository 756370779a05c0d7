import { type Operation, own } from "./operation.ts";
import { LIST_INDEXES, runItem } from "./run-item.ts";
import { VIEWER_CHECK } from "./viewers.ts";

/** How people find a run, apart from the lists of all and by status. */
export interface Finding {
  /** By a key: it has an entry in the index of keys. An identity needs none. */
  byKey: boolean;
  /** By the delivery of its event, which names the run. Otherwise it has an item for its correlation. */
  byDelivery: boolean;
}

const indexesOf = ({ byKey }: Finding) => LIST_INDEXES + (byKey ? 1 : 0);
const correlatedIn = ({ byDelivery }: Finding) => (byDelivery ? {} : { correlated: true as const });

const ADMITTED: Operation = { messages: { standard: 1 }, functions: [own(905)], reads: 1 + VIEWER_CHECK };

const STARTED = { entries: [{ bytes: 535 }], events: [{ bytes: 455 }], measured: true } as const;
/** The entries of acceptance and start are one item, compressed. */
const ACCEPTED_AND_STARTED = { ...STARTED, entries: [{ bytes: 565 }] };

/**
 * Intake admits an event: it claims the run and starts it. `atOnce`: it need not wait for others, and its acceptance is
 * logged with its start.
 */
export function accepted(finding: Finding, atOnce: boolean): Operation {
  const isNew = { item: runItem(0), indexes: indexesOf(finding) };
  const isStarted = { item: runItem(130), relayed: STARTED };
  const correlated = correlatedIn(finding);
  const changes = atOnce
    ? [isNew, { ...isStarted, relayed: { ...ACCEPTED_AND_STARTED, ...correlated } }]
    : [{ ...isNew, relayed: { entries: [{ bytes: 635 }], ...correlated } }, isStarted];
  return { ...ADMITTED, changes };
}

/**
 * The same for an express run, which needs no execution, and that has nothing to wait for: one write.
 * `withClaim`: its first step is claimed in the same transaction.
 */
export function acceptedAndStarted(finding: Finding, withClaim: boolean): Operation {
  return {
    ...ADMITTED,
    changes: [
      {
        item: runItem(70),
        indexes: indexesOf(finding),
        ...(withClaim && { transaction: true }),
        relayed: { ...ACCEPTED_AND_STARTED, ...correlatedIn(finding) },
      },
    ],
  };
}

/**
 * An express run needs an execution after all: its intake starts it and records that, and the execution sends
 * the message of its group again, which claims answer.
 */
export const HANDED_OVER: readonly Operation[] = [
  {
    messages: { standard: 1 },
    functions: [own(905)],
    reads: 1,
    changes: [{ item: runItem(200), relayed: { entries: [{ bytes: 600 }] } }],
  },
  { messages: { fair: 1 }, functions: [own(905)], reads: 1 },
];
