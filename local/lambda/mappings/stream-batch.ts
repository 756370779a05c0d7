import { membersOf, withMembers } from "../../kernel/json-members.ts";

/** A change as a function sees it in `Records`. */
export interface StreamRecord {
  eventID: string;
  eventName: "INSERT" | "MODIFY" | "REMOVE";
  dynamodb: {
    /** Seconds since the epoch. */
    ApproximateCreationDateTime: number;
    Keys: Record<string, object>;
    SequenceNumber: string;
    [member: string]: unknown;
  };
  eventSourceARN: string;
  [member: string]: unknown;
}

/** A record (in GetRecords' form) as functions receive it. */
export function streamRecord(record: any, streamArn: string): StreamRecord {
  const { userIdentity } = record;
  if (!userIdentity) return { ...record, eventSourceARN: streamArn };
  return {
    ...record,
    userIdentity: {
      principalId: userIdentity.PrincipalId ?? userIdentity.principalId,
      type: userIdentity.Type ?? userIdentity.type,
    },
    eventSourceARN: streamArn,
  };
}

/**
 * What `streamRecord` made of `given`, of which `membersOf` is known. It is separate, since most records are only
 * compared with filters.
 */
export function withJsonOf(given: object, record: StreamRecord): StreamRecord {
  // The identity has another form.
  if (record.userIdentity) return record;
  return withMembers(record, `${membersOf(given)},"eventSourceARN":${JSON.stringify(record.eventSourceARN)}`);
}

/** Records that are tried together, and their number of failures. */
export interface StreamBatch {
  records: StreamRecord[];
  failures: number;
}

export type DiscardReason = "RetryAttemptsExhausted" | "RecordAgeExceeded";

export interface RetryPolicy {
  /** -1 means without end. */
  MaximumRetryAttempts?: number;
  BisectBatchOnFunctionError?: boolean;
}

/**
 * What to do after a batch failed: the batches to try next, in order, or none if the records are to be
 * discarded. `reported` are the sequence numbers that the function named, undefined if it failed as a whole:
 * the first of them is the checkpoint, everything before it is done. The records after a checkpoint are a new
 * batch with all of its retries; the parts of a split batch keep its number of failures.
 */
export function afterFailure(
  batch: StreamBatch,
  reported: ReadonlySet<string> | undefined,
  { MaximumRetryAttempts = -1, BisectBatchOnFunctionError = false }: RetryPolicy,
): { next: StreamBatch[]; discarded: StreamBatch | undefined } {
  const { records, failures } = batch;
  const checkpoint = reported
    ? records.findIndex(({ dynamodb }) => reported.has(dynamodb.SequenceNumber))
    : 0;
  const left = records.slice(checkpoint);
  if (BisectBatchOnFunctionError && left.length > 1 && left.length === records.length) {
    const middle = Math.ceil(left.length / 2);
    const halves = [left.slice(0, middle), left.slice(middle)];
    return { next: halves.map((half) => ({ records: half, failures })), discarded: undefined };
  }
  if (checkpoint > 0) return { next: [{ records: left, failures: 0 }], discarded: undefined };
  if (MaximumRetryAttempts >= 0 && failures >= MaximumRetryAttempts) {
    return { next: [], discarded: { records: left, failures: failures + 1 } };
  }
  return { next: [{ records: left, failures: failures + 1 }], discarded: undefined };
}
