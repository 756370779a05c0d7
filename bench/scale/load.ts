import type { LimitFigures, LimitName, LimitUse, Simulation } from "../../local/simulate.ts";
import { simulate } from "../../local/simulate.ts";

/** Events at a steady rate into a cloud with limits, on virtual time. */
export interface Load {
  assembly: string;
  /** The stack of the app. */
  stack: string;
  event: string;
  payload(number: number): object;
  /** Events a second. */
  rate: number;
  /** For how long, seconds. */
  seconds: number;
  limits: LimitFigures;
  /** The event that reports each end. */
  end: string;
  /** When to give up waiting for the ends, seconds of virtual time. */
  patience: number;
}

export interface Outcome {
  sent: number;
  /** How many have reported their end. */
  ended: number;
  /** Seconds from the first event until the last end was published. */
  took: number;
  deadLetters: number;
  use: Partial<Record<LimitName, LimitUse>>;
}

/**
 * How long a call of a function takes, in milliseconds: it is not published, so these are assumptions. They decide how many
 * functions run at once, and nothing else here.
 */
export const CALL_TIMES = { dynamodb: 5, sqs: 10, states: 25, events: 15, others: 20 };

const { others, ...services } = CALL_TIMES;
const TIMELY = [
  ...Object.entries(services).map(([operation, time]) => ({ kind: "slow", operation, for: time }) as const),
  { kind: "slow", for: others } as const,
];
const TICK = 100;
const LARGEST_CALL = 10;

export async function drive(load: Load): Promise<Outcome> {
  const { assembly, limits, end, patience } = load;
  const cloud = await simulate(assembly, {
    seed: 1,
    schedules: false,
    limits,
    faults: { calls: TIMELY },
    report: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    const start = cloud.now();
    const sent = await send(cloud, load);
    let ended = tellings(cloud, end);
    while (ended < sent && cloud.now() - start < patience * 1000) {
      await cloud.advance("1 second");
      ended = tellings(cloud, end);
    }
    const took = (cloud.now() - start) / 1000;
    const use = cloud.limits();
    return { sent, ended, took, deadLetters: await deadLetters(cloud, load.stack), use };
  } finally {
    await cloud.close();
  }
}

async function send(cloud: Simulation, { stack, event, payload, rate, seconds }: Load): Promise<number> {
  const EventBusName = await output(cloud, stack, "Bus");
  const total = Math.round(rate * seconds);
  let sent = 0;
  for (let tick = 1; sent < total; tick++) {
    const due = Math.min(total, Math.round((rate * tick * TICK) / 1000));
    while (sent < due) {
      const count = Math.min(LARGEST_CALL, due - sent);
      const Entries = Array.from({ length: count }, (_, at) => ({
        EventBusName,
        Source: "bench",
        DetailType: event,
        Detail: JSON.stringify(payload(sent + at)),
      }));
      await cloud.call("events", "PutEvents", { Entries });
      sent += count;
    }
    await cloud.advance(TICK);
  }
  return sent;
}

/** How many runs or handlings have reported their end, each counted once. */
function tellings({ kernel }: Simulation, end: string): number {
  return kernel.store.get<{ ended: number }>(
    "SELECT count(DISTINCT json_extract(event, '$.detail.millrace.id')) AS ended FROM events_archived WHERE event LIKE ?",
    `%"detail-type":"${end}"%`,
  )!.ended;
}

async function deadLetters(cloud: Simulation, stack: string): Promise<number> {
  const TableName = await output(cloud, stack, "Table");
  // The account's limits do not apply to the measurement.
  cloud.kernel.limits = undefined;
  let found = 0;
  let ExclusiveStartKey: object | undefined;
  do {
    const page = await cloud.call("dynamodb", "Scan", {
      TableName,
      ExclusiveStartKey,
      FilterExpression: "kind = :kind",
      ExpressionAttributeValues: { ":kind": { S: "dead-letter" } },
    });
    found += page.Count;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found;
}

async function output(cloud: Simulation, stack: string, name: string): Promise<string> {
  const outputs = Object.entries(await cloud.outputs(stack));
  return outputs.find(([key]) => key.startsWith(`Millrace${name}`))![1];
}
