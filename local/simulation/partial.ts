import { cancelled } from "../dynamodb/operations/transact.ts";
import type { ServiceError } from "../kernel/errors.ts";

/** How a batch operation names its entries, and how its answer says that one of them failed. */
interface BatchKind {
  entries(input: any): unknown[];
  /** The request without one entry. */
  without(input: any, at: number): object;
  /** The answer to all, without that to one entry. */
  silent(output: any, input: any, at: number): object;
  /** The answer to the rest, with that to the entry that it lacks. */
  refused(output: any, input: any, at: number, why: Why): object;
}

/** A throttle, or an internal error, after which it is unknown whether the entry was carried out. */
type Why = "throttle" | "error";

const MESSAGE = "Rate exceeded";

/** Entries in a list, with an answer to each at its own place in another list. */
const inPlace = (
  request: string,
  answer: string,
  refusal: Record<Why, object>,
  more: (output: any) => object = () => ({}),
): BatchKind => ({
  entries: (input) => input[request] ?? [],
  without: (input, at) => ({ ...input, [request]: input[request].toSpliced(at, 1) }),
  silent: (output, _input, at) => ({ ...output, [answer]: output[answer].toSpliced(at, 1) }),
  refused: (output, _input, at, why) => ({
    ...output,
    [answer]: (output[answer] ?? []).toSpliced(at, 0, refusal[why]),
    ...more(output),
  }),
});

/** Entries of SQS, which have ids of their own. */
const identified: BatchKind = {
  ...inPlace("Entries", "Failed", { throttle: {}, error: {} }),
  silent: (output, input, at) => ({
    ...output,
    Successful: (output.Successful ?? []).filter(({ Id }: any) => Id !== input.Entries[at].Id),
  }),
  refused: (output, input, at, why) => ({
    ...output,
    Successful: output.Successful ?? [],
    Failed: [
      ...(output.Failed ?? []),
      {
        Id: input.Entries[at].Id,
        SenderFault: false,
        Message: MESSAGE,
        Code: why === "throttle" ? "RequestThrottled" : "InternalError",
      },
    ],
  }),
};

/** Requests by table, in which `entries` finds those of one table and `put` puts others in their place. */
const byTable = (
  unprocessed: string,
  entries: (request: any) => unknown[],
  put: (request: any, list: unknown[]) => unknown,
): BatchKind => {
  const all = (input: any) =>
    Object.entries<any>(input.RequestItems ?? {}).flatMap(([table, request]) =>
      entries(request).map((entry) => ({ table, entry })),
    );
  return {
    entries: all,
    without(input, at) {
      const { table, entry } = all(input)[at]!;
      const request = input.RequestItems[table];
      const left = entries(request).filter((other) => other !== entry);
      const { [table]: _, ...others } = input.RequestItems;
      return {
        ...input,
        RequestItems: left.length > 0 ? { ...others, [table]: put(request, left) } : others,
      };
    },
    silent: (output) => output,
    refused(output, input, at) {
      const { table, entry } = all(input)[at]!;
      const before = output[unprocessed]?.[table];
      const list = [...(before ? entries(before) : []), entry];
      return {
        ...output,
        [unprocessed]: { ...output[unprocessed], [table]: put(input.RequestItems[table], list) },
      };
    },
  };
};

const BATCHES: Record<string, BatchKind> = {
  "dynamodb:BatchExecuteStatement": inPlace("Statements", "Responses", {
    throttle: { Error: { Code: "ThrottlingError", Message: MESSAGE } },
    error: { Error: { Code: "InternalServerError", Message: MESSAGE } },
  }),
  "dynamodb:BatchGetItem": byTable(
    "UnprocessedKeys",
    ({ Keys }) => Keys,
    (request, Keys) => ({ ...request, Keys }),
  ),
  "dynamodb:BatchWriteItem": byTable(
    "UnprocessedItems",
    (requests) => requests,
    (_, list) => list,
  ),
  "events:PutEvents": inPlace(
    "Entries",
    "Entries",
    {
      throttle: { ErrorCode: "ThrottlingException", ErrorMessage: MESSAGE },
      error: { ErrorCode: "InternalFailure", ErrorMessage: MESSAGE },
    },
    ({ FailedEntryCount = 0 }) => ({ FailedEntryCount: FailedEntryCount + 1 }),
  ),
  "sqs:SendMessageBatch": identified,
  "sqs:DeleteMessageBatch": identified,
  "sqs:ChangeMessageVisibilityBatch": identified,
};

/** A batch of which one entry fails and the rest is carried out. */
export interface PartialBatch {
  /** The request that is carried out; undefined where there is none. */
  rest: object | undefined;
  answer(output: unknown): object;
}

/**
 * One entry is throttled and not carried out, or (`lost`) carried out without an answer that says so. `where` in [0, 1) chooses
 * the entry. Undefined for a call that is no batch.
 */
export function failOne(
  call: { service: string; operation: string },
  input: any,
  where: number,
  { lost = false } = {},
): PartialBatch | undefined {
  const name = `${call.service}:${call.operation}`;
  const kind = Object.hasOwn(BATCHES, name) ? BATCHES[name]! : undefined;
  const count = kind?.entries(input).length ?? 0;
  if (!kind || count === 0) return undefined;
  const at = Math.floor(where * count);
  if (lost)
    return {
      rest: input,
      answer: (output) => kind.refused(kind.silent(output, input, at), input, at, "error"),
    };
  return {
    rest: count > 1 ? kind.without(input, at) : undefined,
    answer: (output) => kind.refused(output, input, at, "throttle"),
  };
}

const TRANSACTIONS: Record<string, string> = {
  "dynamodb:ExecuteTransaction": "TransactStatements",
  "dynamodb:TransactWriteItems": "TransactItems",
};

/**
 * The error of a transaction of which one entry is throttled, and none is carried out. `where` as in `failOne`. Undefined for a
 * call that is no transaction.
 */
export function cancelledBy(
  call: { service: string; operation: string },
  input: any,
  where: number,
): ServiceError | undefined {
  const name = `${call.service}:${call.operation}`;
  const entries: unknown[] = (Object.hasOwn(TRANSACTIONS, name) && input[TRANSACTIONS[name]!]) || [];
  if (entries.length === 0) return undefined;
  const at = Math.floor(where * entries.length);
  const reasons = entries.map((_, entry) =>
    entry === at ? { Code: "ThrottlingError", Message: MESSAGE } : { Code: "None" },
  );
  return cancelled(reasons);
}
