import { createHash } from "node:crypto";
import { DATA_LIMITS } from "../../../aws-limits/data-limits.ts";
import { ServiceError } from "../../kernel/errors.ts";
import { isObject } from "../../kernel/is-object.ts";
import { Consumption, readUnits } from "../capacity.ts";
import { type Engine, tableForItems } from "../engine.ts";
import { validation } from "../errors.ts";
import { project } from "../expression/projection.ts";
import { checkKey, checkKeyPaths } from "../key-rules.ts";
import type { Change } from "../storage/items.ts";
import { demandRead, demandWrite, isShortage } from "../throughput.ts";
import type { AttributeMap } from "../value/attribute-value.ts";
import { normalizeMap } from "../value/normalize.ts";
import { identityOf } from "./batch.ts";
import { Expressions } from "./expressions.ts";
import {
  checkCondition,
  prepareCheck,
  prepareDelete,
  preparePut,
  prepareUpdate,
  type Write,
} from "./write.ts";

/** How long a client token prevents a transaction from running again. */
const TOKEN_VALIDITY = 10 * 60 * 1000;

const LARGEST_TRANSACTION = DATA_LIMITS.transaction.most;

const PREPARE = {
  Put: preparePut,
  Update: prepareUpdate,
  Delete: prepareDelete,
  ConditionCheck: prepareCheck,
} as const;

/** Errors of an action that cancel the transaction: its key, or an index key, does not fit the table. */
const MISMATCHES = [
  /^The provided key element does not match the schema$/,
  /^One or more parameter values were invalid: (Missing the key|Type mismatch for (key|Index Key)) /,
];

/** Why an action cancels its transaction; "None" if it does not. */
export interface CancellationReason {
  Code: string;
  Message?: string;
  Item?: AttributeMap;
}

/** A write, and its error code if its condition fails. */
export type TransactedWrite = Write & { refusal?: string };

/** Writes up to 100 items or none, once per client token. */
export function transactWriteItems(engine: Engine, input: any): object {
  const writes = prepareAll(input.TransactItems, MISMATCHES, (action: any): Write => {
    const given = Object.entries<any>(action).filter(([, request]) => request != null);
    if (given.length !== 1) {
      throw validation("TransactItems can only contain one of Check, Put, Update or Delete");
    }
    const [kind, request] = given[0]!;
    return PREPARE[kind as keyof typeof PREPARE](engine, request);
  });
  return commit(engine, input, writes);
}

/** Performs all writes or none, once for the request's client token. */
export function commit(engine: Engine, input: any, writes: TransactedWrite[]): object {
  refuseDuplicates(writes);
  const consumption = new Consumption(input.ReturnConsumedCapacity, true);
  engine.kernel.store.atomically(() => {
    if (input.ClientRequestToken && !takeToken(engine, input)) {
      // An earlier request with this token has written: the items are only read.
      for (const { table, key } of writes) {
        consumption.read(table, readUnits(engine.items.read(table, key)?.size ?? 0, true));
      }
      return;
    }
    for (const change of changesOf(engine, writes)) {
      engine.items.write(change);
      consumption.write(change.table, change.before, change.after);
    }
  });
  return consumption.ofTables();
}

/** Reads up to 100 items at one point in time. */
export function transactGetItems(engine: Engine, input: any): object {
  const gets = prepareAll(input.TransactItems, MISMATCHES, ({ Get: request }: any) => {
    const expressions = new Expressions(request, ["ProjectionExpression"]);
    const key = normalizeMap(request.Key);
    const paths = expressions.projection();
    expressions.done();
    const table = tableForItems(engine, request.TableName);
    checkKey(table.keys, key);
    if (paths) checkKeyPaths(table, paths);
    return { table, key, paths };
  });
  refuseDuplicates(gets);
  const consumption = new Consumption(input.ReturnConsumedCapacity, true);
  let bytes = 0;
  const responses = gets.map(({ table, key, paths }) => {
    const found = engine.items.read(table, key);
    bytes += found?.size ?? 0;
    const units = readUnits(found?.size ?? 0, true);
    demandRead(engine.kernel, { table, hash: key[table.keys.hash.name], units: 2 * units });
    consumption.read(table, units);
    return found ? { Item: paths ? project(found.item, paths) : found.item } : {};
  });
  refuseOversize(bytes);
  return { Responses: responses, ...consumption.ofTables() };
}

/** The change of every action; throws TransactionCanceledException with the reason of each if one fails. */
function changesOf(engine: Engine, writes: TransactedWrite[]): Change[] {
  const changes: Change[] = [];
  const reasons = writes.map((write): CancellationReason => {
    const { table, key } = write;
    const before = engine.items.read(table, key);
    try {
      checkCondition(write, before);
      const after = write.next(before);
      demandWrite(engine.kernel, { table, before, after, transactional: true });
      changes.push({ table, key, before, after });
      return { Code: "None" };
    } catch (error) {
      const reason = reasonOf(error);
      if (write.refusal !== "DuplicateItem" || reason.Code !== "ConditionalCheckFailed") return reason;
      return { Code: write.refusal, Message: "Duplicate primary key exists in table" };
    }
  });
  refuseAny(reasons);
  refuseOversize(changes.reduce((sum, { after }) => sum + (after?.size ?? 0), 0));
  return changes;
}

/**
 * Prepares every action. Throws TransactionCanceledException if the error of one has such a message; any other error
 * refuses the request.
 */
export function prepareAll<Action, Prepared>(
  actions: Action[],
  cancelling: readonly RegExp[],
  prepare: (action: Action, at: number) => Prepared,
): Prepared[] {
  const prepared: Prepared[] = [];
  const reasons = actions.map((action, at): CancellationReason => {
    try {
      prepared.push(prepare(action, at));
      return { Code: "None" };
    } catch (error) {
      if (cancelling.some((message) => message.test((error as Error).message))) return reasonOf(error);
      throw error;
    }
  });
  refuseAny(reasons);
  return prepared;
}

/** Throws TransactionCanceledException if there is a reason for it. */
function refuseAny(reasons: CancellationReason[]): void {
  if (reasons.every(({ Code }) => Code === "None")) return;
  throw cancelled(reasons);
}

/** The error of a transaction, with a reason for each action. */
export function cancelled(reasons: CancellationReason[]): ServiceError {
  return new ServiceError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(", ")}]`,
    { details: { CancellationReasons: reasons } },
  );
}

function reasonOf(error: unknown): CancellationReason {
  if (!(error instanceof ServiceError)) throw error;
  if (error.code === "ResourceNotFoundException") return { Code: "ResourceNotFound", Message: error.message };
  if (error.code === "ConditionalCheckFailedException") {
    return { Code: "ConditionalCheckFailed", Message: error.message, ...error.details };
  }
  if (isShortage(error)) {
    const provisioned = error.code === "ProvisionedThroughputExceededException";
    return {
      Code: provisioned ? "ProvisionedThroughputExceeded" : "ThrottlingError",
      Message: error.message,
    };
  }
  return { Code: "ValidationError", Message: error.message };
}

/** Remembers the token; false if the same request was made with it before. */
function takeToken({ kernel: { store, clock } }: Engine, input: any): boolean {
  const { ClientRequestToken: token, ReturnConsumedCapacity: _, ...rest } = input;
  const request = createHash("sha256").update(JSON.stringify(rest, sorted)).digest("hex");
  store.run("DELETE FROM dynamodb_tokens WHERE time <= ?", clock.now() - TOKEN_VALIDITY);
  const known = store.get<{ request: string }>("SELECT request FROM dynamodb_tokens WHERE token = ?", token);
  if (!known) {
    store.run(
      "INSERT INTO dynamodb_tokens (token, request, time) VALUES (?, ?, ?)",
      token,
      request,
      clock.now(),
    );
    return true;
  }
  if (known.request === request) return false;
  throw new ServiceError(
    "IdempotentParameterMismatchException",
    "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical",
  );
}

/** For JSON.stringify: the order of a map's members does not make a request different. */
function sorted(_key: string, value: unknown): unknown {
  if (!isObject(value)) return value;
  const names = Object.keys(value);
  // Most are attribute values, of one member.
  return names.length === 1 ? value : Object.fromEntries(names.sort().map((name) => [name, value[name]]));
}

/** Throws if two actions concern the same item. */
export function refuseDuplicates(items: { table: Write["table"]; key: AttributeMap }[]): void {
  if (new Set(items.map(({ table, key }) => identityOf(table, key))).size < items.length) {
    throw validation("Transaction request cannot include multiple operations on one item");
  }
}

export function refuseOversize(bytes: number): void {
  if (bytes > LARGEST_TRANSACTION) {
    throw validation(
      "Collection size of items in the transaction has exceeded the maximum allowed size of 4 MB",
    );
  }
}
