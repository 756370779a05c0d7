import type { Envelope } from "./envelope.ts";
import type { FailureRecord } from "./failure.ts";
import type { ItemKey } from "./keys.ts";
import type { ApprovalDecision } from "./message.ts";

/** Attribute names that the table's construct declares and the runtime writes. Each value once. */
export const TABLE = {
  partitionKey: "pk",
  sortKey: "sk",
  /** Epoch seconds. */
  expiresAt: "expiresAt",
  indexes: {
    /** What people list, newest first: runs, open approvals, quarantined events. */
    list: { name: "list", partitionKey: "list", sortKey: "listedAt" },
    /** What somebody has to look at again at a time: open runs. */
    due: { name: "due", partitionKey: "due", sortKey: "dueAt" },
    /** Changes whose event is not on the bus yet. */
    unpublished: { name: "unpublished", partitionKey: "unpublished", sortKey: "changedAt" },
  },
} as const;

interface Item extends ItemKey {
  /** Counts the changes of this item; orders the events that tell of them. */
  revision: number;
  /** ISO time of the last change. */
  changedAt: string;
  unpublished?: string | undefined;
  expiresAt: number;
}

export const OPEN_STATUSES = ["accepted", "running", "closing"] as const;
export const ENDED_STATUSES = ["succeeded", "failed", "timed-out", "terminated"] as const;
export type EndedStatus = (typeof ENDED_STATUSES)[number];
export type RunStatus = (typeof OPEN_STATUSES)[number] | EndedStatus;

/** A run: the claim of its identity, and where it stands. */
export interface RunItem extends Item {
  kind: "run";
  run: string;
  workflow: string;
  epoch: number;
  status: RunStatus;
  /** The event's envelope without its payload, which stands in `input`. */
  event: Omit<Envelope, "data">;
  /** Digest of the payload, to tell a repetition from a contradiction. */
  payload: string;
  /** Input of the execution, byte for byte. */
  input: string;
  execution?: string | undefined;
  acceptedAt: string;
  endedAt?: string | undefined;
  output?: unknown;
  failure?: { error: string; cause: string } | undefined;
  list: string;
  listedAt: string;
  due?: string | undefined;
  dueAt?: string | undefined;
}

/**
 * The claim of one effect.
 *
 *     (absent) ──claim──▶ running ──complete──▶ done
 *                          │  ▲                              done: whoever comes later gets the stored result
 *                        fail  └─claim by a later attempt    running: whoever comes meanwhile waits for the lease's end
 *                          ▼                                 sealed: the run is ending; nothing starts any more,
 *                        failed          seal ▶ sealed       and what still finishes is kept as `late`
 */
export interface ClaimItem extends Item {
  kind: "claim";
  run: string;
  epoch: number;
  workflow: string;
  step: string;
  path: string;
  state: "running" | "failed" | "done" | "sealed";
  /** Nonce of the invocation that holds it. */
  owner: string;
  /** Epoch milliseconds at which the holder is certainly dead. */
  lease: number;
  attempt: number;
  /** Orders attempts across redrives. */
  fence: number;
  startedAt: string;
  endedAt?: string | undefined;
  result?: unknown;
  failure?: FailureRecord | undefined;
  /** A result that arrived after the claim was sealed. */
  late?: unknown;
  /** Events that the step emitted, published with its completion. */
  emitted?: Envelope[] | undefined;
  correlation: string;
  cause: string;
  hops: number;
  traceparent?: string | undefined;
}

/** A question to a person. */
export interface ApprovalItem extends Item {
  kind: "approval";
  run: string;
  epoch: number;
  workflow: string;
  approval: string;
  path: string;
  state: "pending" | "decided" | "closed";
  level: number;
  token: string;
  show: Record<string, unknown>;
  askedAt: string;
  /** ISO time after which silence is taken for an answer. */
  until?: string | undefined;
  decision?: ApprovalDecision | undefined;
  decidedAt?: string | undefined;
  list?: string | undefined;
  listedAt?: string | undefined;
  correlation: string;
  cause: string;
  hops: number;
  traceparent?: string | undefined;
}

/** An event that may not enter, with the reason. */
export interface QuarantineItem extends Item {
  kind: "quarantine";
  id: string;
  /** The workflow that would have received it. */
  subscriber: string;
  reason: "contract" | "unknown-version" | "contradiction" | "not-an-event";
  /** What is wrong, where: one per finding. */
  findings: { path: string; message: string; value?: string }[];
  /** The event as it arrived, as text. */
  body: string;
  name: string;
  source: string;
  quarantinedAt: string;
  list: string;
  listedAt: string;
}

export type TableItem = RunItem | ClaimItem | ApprovalItem | QuarantineItem;
