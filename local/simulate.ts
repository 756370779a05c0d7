import { type Assembly, readAssembly } from "./assembly/assembly.ts";
import type { Deployment } from "./assembly/deploy.ts";
import { compose, resume } from "./cloud/composition.ts";
import { openStore } from "./cloud/data.ts";
import { stopSchedules } from "./events/stop-schedules.ts";
import type { Kernel } from "./kernel/kernel.ts";
import { Store } from "./kernel/store.ts";
import type { LogLine } from "./lambda/log.ts";
import { AWS_LIMITS, type LimitFigures, type LimitName } from "./limits/figures.ts";
import { Limits } from "./limits/limits.ts";
import type { LimitUse } from "./limits/use.ts";
import { type ClientClass, clientConfig } from "./simulation/client.ts";
import { type Deployed, deployedOnce } from "./simulation/deployments.ts";
import { type Duration, toMilliseconds } from "./simulation/duration.ts";
import { type Faults, Misfortune } from "./simulation/faults.ts";
import { functionFinder } from "./simulation/functions.ts";
import type { HandlerFactory } from "./simulation/handlers.ts";
import { type Ask, fetchOf } from "./simulation/sandbox/http.ts";
import type { LoggedCall, Outside } from "./simulation/switchboard.ts";
import {
  deployed,
  openVirtualCloud,
  type VirtualCloud,
  type VirtualCloudOptions,
} from "./simulation/virtual-cloud.ts";

export { AWS_LIMITS, type LimitFigures, type LimitName } from "./limits/figures.ts";
export type { LimitUse } from "./limits/use.ts";
export type { Duration } from "./simulation/duration.ts";
export type { CallFault, Faults, Trouble } from "./simulation/faults.ts";
export type { FunctionEnvironment, Handler, HandlerFactory } from "./simulation/handlers.ts";
export type { LoggedCall, Outside } from "./simulation/switchboard.ts";

export interface SimulationOptions {
  /** Decides every id, every jitter, every order and every fault after the app is deployed. */
  seed: string | number;
  /** When virtual time begins, epoch milliseconds or an ISO time. @default 2026-01-01T00:00:00Z */
  start?: number | string;
  /** Injected faults. A test may change their properties while the simulation runs. @default none */
  faults?: Faults;
  /**
   * The account's rates and concurrency, from the end of the deployment on: "aws" for the services' published
   * defaults, or figures of your own; a missing figure means no limit (`{ ...AWS_LIMITS, concurrency: 100
   * }`).
   * @default no limits
   */
  limits?: "aws" | LimitFigures;
  /**
   * Replaces a function's code, by the function's description or a part of its logical id ("draw-picture",
   * "Relay"), ignoring case and everything except letters. @default each function runs its bundle
   */
  handlers?: Record<string, HandlerFactory>;
  /** Answers requests of functions, API destinations and HTTP tasks to hosts outside of the cloud. @default they are refused: a simulation has no network */
  outside?: Outside;
  /** Whether scheduled rules fire. Without them, idle days take no time. @default true */
  schedules?: boolean;
  /**
   * Folder that stores everything for a later simulation, which may deploy another assembly and begins at
   * `start`. @default in memory, until the simulation ends
   */
  data?: string | undefined;
  /** Receives each line that a function writes. */
  onLog?: (line: LogLine) => void;
  /** Receives a line for each internal error of the local cloud. @default standard error */
  report?: (line: string) => void;
}

/** An app in a cloud with virtual time. */
export interface Simulation {
  readonly kernel: Kernel;
  /** What functions and the test have called so far, in order. */
  readonly calls: readonly LoggedCall[];
  /** The use of each limit so far, and how often something had to wait or was refused. */
  limits(): Partial<Record<LimitName, LimitUse>>;
  /** Virtual time, epoch milliseconds. */
  now(): number;
  /** Advances time: due work on the way happens in order, each time to its end before the next. */
  advance(duration: Duration): Promise<void>;
  /**
   * Advances time to the next due work, if that is before `until` (epoch milliseconds). Answers whether there
   * was any.
   */
  next(until: number): Promise<boolean>;
  /** Resolves when nothing more happens unless time passes. */
  settle(): Promise<void>;
  /** Calls an operation with input and output as in the service's API reference: `call("sqs", "SendMessage", { … })`. */
  call(service: string, operation: string, input?: object): Promise<any>;
  /** An SDK client for this cloud: `client(SFNClient)`. */
  client<Client>(type: ClientClass<Client>, config?: object): Client;
  /** Sends a request to a webhook, an HTTP API or a function URL of this cloud: `fetch(url, { method: "POST", body })`. */
  readonly fetch: typeof fetch;
  /** The outputs of a stack, by name. */
  outputs(stack: string): Promise<Record<string, string>>;
  /** Physical name of a function, by any of the names that `handlers` takes. */
  functionName(name: string): string;
  close(): Promise<void>;
}

const START = "2026-01-01T00:00:00Z";
/** The test's own place at the gate; environments count from 1. */
const OUTSIDE = 0;

/**
 * Deploys a cloud assembly (a folder that `cdk synth` wrote) into a cloud in this process, in memory, with
 * virtual time. Functions run their bundles unchanged. The app is deployed once for all simulations of a
 * process, and each continues with a copy, unless it stores its data. The same seed and the same calls make
 * the same history, byte for byte. Throws UserError for what the local cloud does not support.
 */
export async function simulate(assemblyFolder: string, options: SimulationOptions): Promise<Simulation> {
  const { seed, start = START, faults = {}, handlers = {}, schedules = true, data, onLog, report } = options;
  const { limits } = options;
  const assembly = readAssembly(assemblyFolder);
  const { account, region } = assembly;
  const given = { seed, faults, account, region, onLog, report };
  const { cloud, deployment } =
    data === undefined
      ? await openCopy(await deployedOnce(assemblyFolder, assembly, toTime(start)), given)
      : await openKept(data, assembly, { ...given, start: toTime(start) });
  const { kernel, clock, gate, switchboard, standIns } = cloud;

  const functionName = functionFinder(deployment);
  for (const [name, factory] of Object.entries(handlers)) standIns.set(functionName(name), factory);
  cloud.misfortune = new Misfortune(faults.calls ?? [], cloud.drawn("faults"), clock.now, functionName);
  switchboard.outside = options.outside;
  if (!schedules) await stopSchedules(kernel);
  if (limits) kernel.limits = new Limits(limits === "aws" ? AWS_LIMITS : limits, clock);
  for (const service of kernel.all()) service.start?.();

  const ask: Ask = async (request) => {
    await gate.pass(OUTSIDE);
    return await switchboard.answer(request, undefined, () => {});
  };
  const sdk = clientConfig(kernel, ask);
  const call: Simulation["call"] = async (service, operation, input = {}) => {
    await gate.pass(OUTSIDE);
    return await kernel.call(service, operation, input);
  };

  await gate.settled();
  return {
    kernel,
    calls: switchboard.calls,
    limits: () => kernel.limits?.use() ?? {},
    now: clock.now,
    settle: () => gate.settled(),
    async next(until) {
      await gate.settled();
      const next = clock.next();
      if (next === undefined || next > until) return false;
      clock.advanceTo(next);
      await gate.settled();
      return true;
    },
    async advance(duration) {
      const until = clock.now() + toMilliseconds(duration);
      await gate.settled();
      for (let next = clock.next(); next !== undefined && next <= until; next = clock.next()) {
        clock.advanceTo(next);
        await gate.settled();
      }
      clock.advanceTo(until);
    },
    call,
    client: (type, config) => new type({ ...sdk, ...config }),
    fetch: fetchOf(ask),
    async outputs(stack) {
      const { Stacks } = await call("cloudformation", "DescribeStacks", { StackName: stack });
      return Object.fromEntries(
        Stacks[0].Outputs.map(({ OutputKey, OutputValue }: Record<string, string>) => [
          OutputKey,
          OutputValue,
        ]),
      );
    },
    functionName,
    close: () => cloud.close(),
  };
}

const toTime = (start: number | string) => new Date(start).getTime();

type Given = Omit<VirtualCloudOptions, "start" | "store">;

/** Continues from a deployment, with a copy of its result. */
async function openCopy(
  { deployment, content, now, lines, reports }: Deployed,
  given: Given,
): Promise<{ cloud: VirtualCloud; deployment: Deployment }> {
  const cloud = openVirtualCloud({ ...given, start: now, store: Store.copy(content) });
  resume(cloud.kernel, deployment, cloud.engines);
  for (const line of lines) given.onLog?.(line);
  for (const line of reports) cloud.kernel.report(line);
  return { cloud, deployment };
}

/** Deploys the assembly to the data of earlier simulations in the folder. */
async function openKept(
  folder: string,
  assembly: Assembly,
  { seed, ...given }: Omit<VirtualCloudOptions, "store">,
): Promise<{ cloud: VirtualCloud; deployment: Deployment }> {
  // Ids that an earlier simulation drew are in the data: the same seed must not draw them again.
  const cloud = openVirtualCloud({ ...given, seed: `${seed} from ${given.start}`, store: openStore(folder) });
  const deployment = await deployed(cloud, compose(cloud.kernel, assembly, cloud.engines));
  cloud.switchboard.calls.length = 0;
  return { cloud, deployment };
}
