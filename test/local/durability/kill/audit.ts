import { setTimeout as pause } from "node:timers/promises";
import { GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { DescribeExecutionCommand, GetExecutionHistoryCommand } from "@aws-sdk/client-sfn";
import type { Client } from "./client.ts";
import { KINDS, type Kind, type Ledger } from "./load.ts";

export interface Count {
  acknowledged: number;
  found: number;
  doubled: number;
}

export interface Audit {
  counts: Record<Kind, Count>;
  /** Each thing that is not as it must be, in words. */
  faults: string[];
}

/** How many events of a type the history of an execution has, whatever happened to the process meanwhile. */
const ONCE: Record<string, number> = {
  ExecutionStarted: 1,
  WaitStateEntered: 2,
  WaitStateExited: 2,
  MapStateEntered: 1,
  MapIterationStarted: 2,
  TaskSubmitted: 2,
  TaskSucceeded: 2,
  MapIterationSucceeded: 2,
  MapStateExited: 1,
  ExecutionSucceeded: 1,
};

/** Waits until everything acknowledged was found, or `within` milliseconds, and counts. */
export async function audit(client: Client, ledger: Ledger, within: number): Promise<Audit> {
  let result = await count(client, ledger);
  for (const end = Date.now() + within; Date.now() < end && isShort(result); await pause(500)) {
    result = await count(client, ledger);
  }
  return result;
}

const isShort = ({ counts }: Audit) =>
  Object.values(counts).some(({ acknowledged, found }) => found < acknowledged);

async function count(client: Client, ledger: Ledger): Promise<Audit> {
  const faults = [...ledger.doubled];
  const doubled = new Map<Kind, number>();
  const double = (kind: Kind, what: string) => {
    doubled.set(kind, (doubled.get(kind) ?? 0) + 1);
    faults.push(what);
  };
  for (const what of ledger.doubled) {
    const kind = KINDS.find((candidate) => what.startsWith(candidate))!;
    doubled.set(kind, (doubled.get(kind) ?? 0) + 1);
  }

  const effects = await ids(client, "effects");
  const items = await ids(client, "items");
  const counters = await ids(client, "counters");
  const found: Record<Kind, (id: string) => boolean | Promise<boolean>> = {
    message: (id) => ledger.received.get("message")!.has(id),
    ordered: (id) => ledger.received.get("ordered")!.has(id),
    item: (id) => items.has(id) && effects.has(`item/${id}`),
    transaction: (id) => counters.has(id),
    event: (id) => effects.has(`event/${id}`),
    execution: (id) => succeeded(client, id, double),
    schedule: (id) => ledger.received.get("schedule")!.has(id),
    tick: () => true,
  };

  for (const [id, messages] of ledger.received.get("ordered")!) {
    if (messages.size > 1) double("ordered", `${id} was sent once and came as ${messages.size} messages`);
  }
  for (const [group, order] of ledger.order) {
    if (order.some((n, index) => index > 0 && n < order[index - 1]!))
      faults.push(`group ${group} is out of order`);
  }
  const { Item } = await client.dynamodb.send(
    new GetItemCommand({ TableName: "counters", Key: { id: { S: "all" } }, ConsistentRead: true }),
  );
  const surplus = Number(Item?.n?.N ?? 0) - ledger.acknowledged.get("transaction")!.size;
  for (let n = 0; n < surplus; n++) double("transaction", "a transaction counted twice");

  const counts = {} as Record<Kind, Count>;
  for (const kind of KINDS) {
    const acknowledged = [...ledger.acknowledged.get(kind)!];
    const lost: string[] = [];
    for (const id of acknowledged) if (!(await found[kind](id))) lost.push(id);
    if (lost.length > 0) faults.push(`${kind}: lost ${lost.slice(0, 5).join(", ")}`);
    counts[kind] = {
      acknowledged: acknowledged.length,
      found: acknowledged.length - lost.length,
      doubled: doubled.get(kind) ?? 0,
    };
  }
  return { counts, faults };
}

async function ids({ dynamodb }: Client, TableName: string): Promise<Set<string>> {
  const found = new Set<string>();
  let ExclusiveStartKey: Record<string, any> | undefined;
  do {
    const page = await dynamodb.send(new ScanCommand({ TableName, ExclusiveStartKey, ConsistentRead: true }));
    for (const { id } of page.Items ?? []) found.add(id!.S!);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found;
}

async function succeeded(
  { states }: Client,
  name: string,
  double: (kind: Kind, what: string) => void,
): Promise<boolean> {
  const executionArn = `arn:aws:states:us-east-1:000000000000:execution:machine:${name}`;
  try {
    const { status } = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== "SUCCEEDED") return false;
  } catch (error) {
    if ((error as Error).name === "ExecutionDoesNotExist") return false;
    throw error;
  }
  const { events = [] } = await states.send(
    new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
  );
  for (const [type, expected] of Object.entries(ONCE)) {
    const times = events.filter((event) => event.type === type).length;
    if (times !== expected) double("execution", `${name} has ${times} of ${type}, not ${expected}`);
  }
  return true;
}
