import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readSettings, synthesize } from "../local/assembly/synthesize.ts";
import { type Cloud, startCloud } from "../local/cloud.ts";
import { stopSchedules } from "../local/events/stop-schedules.ts";
import { Producer } from "./producer.ts";

export const ROOT = join(import.meta.dirname, "..");
export const BENCH_APP = "node bench/app.ts";

/** On the disk on which users have their data, and ignored by git. */
const SCRATCH = join(ROOT, "node_modules/.cache/millrace-bench");
const LOOPBACK = { region: "us-east-1", credentials: { accessKeyId: "bench", secretAccessKey: "bench" } };

/** Lends a new folder to `use` and removes it afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(SCRATCH, { recursive: true });
  const folder = mkdtempSync(join(SCRATCH, "run-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Synthesizes a CDK app of this repository into `output`, as `npm start` does. */
export async function synthesizeInto(output: string, app: string): Promise<void> {
  const { context } = readSettings(ROOT);
  await synthesize({ app, folder: ROOT, output, context, account: "000000000000", region: LOOPBACK.region });
}

/** A running cloud with a Millrace in it. */
export interface Stage {
  cloud: Cloud;
  /** The value of a stack output of Millrace's construct: "Bus", "Table". */
  output(name: string): string;
  /** How SDK clients reach the cloud. */
  client: typeof LOOPBACK & { endpoint: string };
  /** Publishes events from a thread of its own, by the SDK, over HTTP, up to ten in a call. */
  publish(name: string, payloads: object[]): Promise<void>;
}

/**
 * Boots the assembly on a free port, in `data` or (undefined) in memory, for as long as `use` takes. What runs on a clock (the
 * sweep) is stopped, so that only the load itself is measured.
 */
export async function onStage<T>(
  assembly: string,
  data: string | undefined,
  use: (stage: Stage) => Promise<T>,
): Promise<T> {
  const cloud = await startCloud({ assembly, data, port: 0 });
  const client = { ...LOOPBACK, endpoint: cloud.endpoint };
  let producer: Producer | undefined;
  try {
    await stopSchedules(cloud.kernel);
    const { Stacks } = await cloud.kernel.call("cloudformation", "DescribeStacks", {});
    const outputs: { OutputKey: string; OutputValue: string }[] = Stacks.flatMap(
      (stack: any) => stack.Outputs ?? [],
    );
    const output = (name: string) =>
      outputs.find(({ OutputKey }) => OutputKey.startsWith(`Millrace${name}`))!.OutputValue;
    producer = new Producer({ bus: output("Bus"), client });
    const publish = (name: string, payloads: object[]) =>
      producer!.publish(payloads.map((payload) => ({ name, payload })));
    return await use({ cloud, output, client, publish });
  } finally {
    await producer?.stop();
    await cloud.close();
  }
}

/** Waits for `promise`; rejects after `seconds`, so that no benchmark hangs. */
export async function within<T>(seconds: number, what: string, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} took longer than ${seconds} s.`)), seconds * 1000);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
