import { AsyncLocalStorage } from "node:async_hooks";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename } from "node:path";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { Batching } from "../../../lambdas/runtime/aws/batching.ts";
import { loadSdk } from "../../../lambdas/runtime/aws/client/load-sdk.ts";
import type { VirtualClock } from "../../../local/kernel/clock.ts";
import type { Random } from "../../../local/kernel/random.ts";

/** One invocation of a function, as long as its process lives. */
export interface Invocation {
  id: string;
  /** What the function is called in faults: "plan-trip: charge". */
  function: string;
  /** How far its machine's clock is off, milliseconds. */
  skew: number;
  alive: boolean;
  /** Id of the function's role. */
  role: string;
  /** Environment variables of the function. */
  variables: Record<string, string>;
  /** Ends the process. */
  crash: () => void;
}

/** What calls of the SDK, clocks, timers and randomness come to while a seed runs. */
export interface Machine {
  clock: VirtualClock;
  random: Random;
  call(service: string, operation: string, input: any, invocation: Invocation | undefined): Promise<any>;
}

/** The machine of the seed that runs just now: one at a time in a process. */
let machine: Machine | undefined;
export const invocations = new AsyncLocalStorage<Invocation>();

/** Variables of the function whose handler is being loaded. */
let composing: Record<string, string> | undefined;

export async function composed<Result>(
  variables: Record<string, string>,
  load: () => Promise<Result>,
): Promise<Result> {
  composing = variables;
  try {
    return await load();
  } finally {
    composing = undefined;
  }
}

export function use(next: Machine | undefined): void {
  machine = next;
}

// What a handler loads at its first call takes time that is not virtual.
await Promise.all((["dynamodb", "events", "lambda", "s3", "sqs", "states"] as const).map(loadSdk));

const real = { now: Date.now, random: Math.random, setTimeout, clearTimeout };
const virtualTimers = new WeakMap<object, () => void>();
let installed = false;

/**
 * Lets the handlers run in this process as they are: clients of the SDK, the clock, timers and chance become the machine's. Has to
 * come before a handler is loaded, since some keep what they find. `companions` are the files that bundles have next to their
 * code, by name.
 */
export function install(companions: ReadonlyMap<string, string>): void {
  if (installed) return;
  installed = true;
  const { readFileSync } = fs;
  fs.readFileSync = ((path: string, ...options: [never]) =>
    companions.get(basename(String(path))) ?? readFileSync(path, ...options)) as typeof readFileSync;
  syncBuiltinESMExports();
  const clients = {
    dynamodb: DynamoDBDocumentClient,
    events: EventBridgeClient,
    lambda: LambdaClient,
    s3: S3Client,
    states: SFNClient,
    sqs: SQSClient,
  };
  for (const [service, client] of Object.entries(clients)) {
    (client.prototype as any).send = (command: { constructor: { name: string }; input: object }) =>
      running().call(
        service,
        command.constructor.name.replace(/Command$/, ""),
        command.input,
        invocations.getStore(),
      );
  }
  const { ask } = Batching.prototype;
  // Invocations share this process; on Lambda each is in an environment of its own, with batches of its own.
  Batching.prototype.ask = function (this: Batching<any, any>, request: unknown) {
    const invocation = invocations.getStore();
    return ask.call(invocation ? batchingOf(invocation, this) : this, request);
  };
  const own = process.env;
  // Some variables are read when a handler runs, and others run meanwhile.
  process.env = new Proxy(own, {
    get: (target, name: string) => (invocations.getStore()?.variables ?? composing)?.[name] ?? target[name],
  });
  Date.now = () => (machine ? machine.clock.now() + (invocations.getStore()?.skew ?? 0) : real.now());
  Math.random = () => (machine ? machine.random.fraction() : real.random());
  globalThis.setTimeout = ((callback: () => void, milliseconds: number, ...rest: any[]) => {
    const invocation = invocations.getStore();
    if (!machine || !invocation) return (real.setTimeout as any)(callback, milliseconds, ...rest);
    const handle = {};
    virtualTimers.set(
      handle,
      machine.clock.at(machine.clock.now() + milliseconds, () => invocation.alive && callback()),
    );
    return handle;
  }) as typeof setTimeout;
  globalThis.clearTimeout = ((handle: any) => {
    const cancel = handle && virtualTimers.get(handle);
    if (cancel) cancel();
    else real.clearTimeout(handle);
  }) as typeof clearTimeout;
}

const batchings = new WeakMap<Invocation, Map<object, Batching<any, any>>>();

function batchingOf(invocation: Invocation, shared: Batching<any, any>): Batching<any, any> {
  const all = batchings.get(invocation) ?? new Map<object, Batching<any, any>>();
  const own = all.get(shared) ?? new Batching(shared.call);
  batchings.set(invocation, all.set(shared, own));
  return own;
}

function running(): Machine {
  if (!machine) throw new Error("A call was made while no seed runs.");
  return machine;
}
