import { type Assembly, readAssembly } from "./assembly/assembly.ts";
import type { Deployment } from "./assembly/deploy.ts";
import { compose, resume } from "./composition.ts";
import { openStore } from "./data.ts";
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
import type { LoggedCall } from "./simulation/switchboard.ts";
import { deployed, openWorld, type World, type WorldOptions } from "./simulation/world.ts";

export { AWS_LIMITS, type LimitFigures, type LimitName } from "./limits/figures.ts";
export type { LimitUse } from "./limits/use.ts";
export type { Duration } from "./simulation/duration.ts";
export type { CallFault, Faults, Trouble } from "./simulation/faults.ts";
export type { Handler, HandlerFactory, Surroundings } from "./simulation/handlers.ts";
export type { LoggedCall } from "./simulation/switchboard.ts";

export interface SimulationOptions {
  /** Decides every id, every jitter, every order and every fault of what happens once the app is deployed. */
  seed: string | number;
  /** When virtual time begins, epoch milliseconds or an ISO time. @default 2026-01-01T00:00:00Z */
  start?: number | string;
  /** What goes wrong on purpose. @default nothing */
  faults?: Faults;
  /**
   * What the account may do at once and each second, from the end of the deployment on: "aws" for the services' published
   * defaults, or figures of one's own, with no limit where there is none (`{ ...AWS_LIMITS, concurrency: 100 }`).
   * @default no limits
   */
  limits?: "aws" | LimitFigures;
  /**
   * What runs instead of a function's code, by the function's description or a part of its logical id
   * ("draw-picture", "Relay"), in any case of letters and without regard to what is no letter.
   * @default each function runs its bundle
   */
  handlers?: Record<string, HandlerFactory>;
  /** Whether rules with a schedule fire. Without them, days in which nothing happens take no time. @default true */
  schedules?: boolean;
  /**
   * Folder that keeps everything for a later simulation, which may deploy another assembly and begins at `start`.
   * @default kept in memory, gone with the simulation
   */
  data?: string | undefined;
  /** Receives each line that a function writes. */
  onLog?: (line: LogLine) => void;
  /** Receives a line for each fault of the local cloud itself. @default standard error */
  report?: (line: string) => void;
}

/** An app in a cloud whose time does not pass until it is advanced. */
export interface Simulation {
  readonly kernel: Kernel;
  /** What functions and the test have called so far, in order. */
  readonly calls: readonly LoggedCall[];
  /** How the limits were used that anything was asked of so far, and how often something had to wait or was refused. */
  limits(): Partial<Record<LimitName, LimitUse>>;
  /** Virtual time, epoch milliseconds. */
  now(): number;
  /** Moves time: what is due on the way happens in order, each moment to its end before the next. */
  advance(duration: Duration): Promise<void>;
  /** Moves time to what is due next, where that is before `until` (epoch milliseconds). Answers whether there was something. */
  next(until: number): Promise<boolean>;
  /** Resolves when nothing more happens unless time moves. */
  settle(): Promise<void>;
  /** Calls an operation with input and output as in the service's API reference: `call("sqs", "SendMessage", { … })`. */
  call(service: string, operation: string, input?: object): Promise<any>;
  /** An SDK client for this cloud: `client(SFNClient)`. */
  client<Client>(type: ClientClass<Client>, config?: object): Client;
  /** The outputs of a stack, by name. */
  outputs(stack: string): Promise<Record<string, string>>;
  /** Physical name of a function, by any of the names that `handlers` takes. */
  functionName(name: string): string;
  close(): Promise<void>;
}

const START = "2026-01-01T00:00:00Z";
/** The place of the test itself at the gate; environments count from 1. */
const OUTSIDE = 0;

/**
 * Deploys a cloud assembly (a folder that `cdk synth` wrote) into a cloud in this process, in memory, with virtual
 * time. Functions run their bundles as they lie there. The app is deployed once for all simulations of a process, and each
 * continues with a copy, unless it keeps its data. The same seed and the same calls make the same history, to the
 * byte. Throws UserError for what the local cloud does not serve.
 */
export async function simulate(assemblyFolder: string, options: SimulationOptions): Promise<Simulation> {
  const { seed, start = START, faults = {}, handlers = {}, schedules = true, data, onLog, report } = options;
  const { limits } = options;
  const assembly = readAssembly(assemblyFolder);
  const { account, region } = assembly;
  const given = { seed, faults, account, region, onLog, report };
  const { world, deployment } =
    data === undefined
      ? await openCopy(await deployedOnce(assemblyFolder, assembly, toTime(start)), given)
      : await openKept(data, assembly, { ...given, start: toTime(start) });
  const { kernel, clock, gate, switchboard, standIns } = world;

  const functionName = functionFinder(deployment);
  for (const [name, factory] of Object.entries(handlers)) standIns.set(functionName(name), factory);
  const troubles = (faults.calls ?? []).map((fault) => ({
    ...fault,
    ...(fault.function !== undefined && { function: functionName(fault.function) }),
  }));
  world.misfortune = new Misfortune(troubles, world.drawn("faults"), clock.now);
  if (!schedules) await stopSchedules(kernel);
  if (limits) kernel.limits = new Limits(limits === "aws" ? AWS_LIMITS : limits, clock);
  for (const service of kernel.all()) service.start?.();

  const sdk = clientConfig(kernel, async (request) => {
    await gate.pass(OUTSIDE);
    return await switchboard.answer(request, undefined, () => {});
  });
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
    close: () => world.close(),
  };
}

const toTime = (start: number | string) => new Date(start).getTime();

type Given = Omit<WorldOptions, "start" | "store">;

/** Goes on from a deployment, with a copy of what it left. */
async function openCopy(
  { deployment, content, now, lines, reports }: Deployed,
  given: Given,
): Promise<{ world: World; deployment: Deployment }> {
  const world = openWorld({ ...given, start: now, store: Store.copy(content) });
  resume(world.kernel, deployment, world.engines);
  for (const line of lines) given.onLog?.(line);
  for (const line of reports) world.kernel.report(line);
  return { world, deployment };
}

/** Brings the assembly into what earlier simulations have left in the folder. */
async function openKept(
  folder: string,
  assembly: Assembly,
  given: Omit<WorldOptions, "store">,
): Promise<{ world: World; deployment: Deployment }> {
  const world = openWorld({ ...given, store: openStore(folder) });
  const deployment = await deployed(world, compose(world.kernel, assembly, world.engines));
  world.switchboard.calls.length = 0;
  return { world, deployment };
}
