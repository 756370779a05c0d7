import type { ChangeRun, ChangeSubscriber, CommandOutcome } from "../../lib/contract/messages/command.ts";

export interface TeardownPorts {
  /** What is deployed and admits events. */
  subscribers(): Promise<Subscriber[]>;
  /** Runs that have not ended. */
  openRuns(): Promise<OpenRun[]>;
  control(order: ChangeRun | ChangeSubscriber): Promise<CommandOutcome>;
  /** Waits, in milliseconds. */
  pause(milliseconds: number): Promise<void>;
  now(): number;
  say(line: string): void;
}

export interface Subscriber {
  kind: "workflow" | "reaction";
  name: string;
}

export interface OpenRun {
  run: string;
  epoch: number;
  status: string;
  /** Accepted and not started, since its workflow is drained: no execution waits for it. */
  held: boolean;
}

export interface TeardownOptions {
  by: string;
  why: string;
  key: string;
  /** Whether open runs are terminated, or waited for. */
  terminate: boolean;
  /** Milliseconds after which the command gives up. */
  within: number;
}

/** The result. */
export interface TeardownOutcome {
  /** Runs that still had an execution. */
  open: OpenRun[];
  /** Runs that were accepted and will not start. */
  held: number;
}

/** Between two reads. The index of runs is eventually consistent, so the last read is repeated. */
const PAUSE = 5_000;

/**
 * Makes a stack ready to be deleted: nothing new is admitted, and no execution is left. Step Functions would
 * keep a deleted state machine until its last execution ends, without the queues and functions that could end
 * it.
 */
export async function teardown(options: TeardownOptions, ports: TeardownPorts): Promise<TeardownOutcome> {
  const { by, why, key, terminate, within } = options;
  const until = ports.now() + within;
  const subscribers = await ports.subscribers();
  for (const { kind, name } of subscribers) {
    const target = kind === "workflow" ? { workflow: name } : { subscriber: name };
    await ports.control({ action: "drain", target, by, why, key: `${key} drain ${name}` });
  }
  ports.say(`${counted(subscribers.length, "workflow or reaction", "workflows and reactions")} drained.`);
  const asked = new Set<string>();
  for (let quiet = 0, said = -1; ; await ports.pause(PAUSE)) {
    const found = await ports.openRuns();
    const open = found.filter(({ held }) => !held);
    if (terminate) for (const run of found) await end(run, asked, { by, why, key }, ports);
    const left = terminate ? found : open;
    quiet = left.length === 0 ? quiet + 1 : 0;
    if (quiet === 2 || ports.now() >= until) return { open: left, held: found.length - open.length };
    if (left.length > 0 && left.length !== said)
      ports.say(`${counted(left.length, "run is", "runs are")} open: ${some(left)}.`);
    said = left.length;
  }
}

/** Terminates a run once. One that is ending already only has to be waited for. */
async function end(
  { run, epoch, status }: OpenRun,
  asked: Set<string>,
  { by, why, key }: Pick<TeardownOptions, "by" | "why" | "key">,
  { control }: TeardownPorts,
): Promise<void> {
  const id = `${run} ${epoch}`;
  if (asked.has(id) || (status !== "accepted" && status !== "running")) return;
  asked.add(id);
  // A run that has ended meanwhile refuses this; that is no problem.
  await control({ action: "terminate", target: { run }, epoch, by, why, key: `${key} end ${id}` });
}

function some(runs: readonly OpenRun[]): string {
  const shown = runs.slice(0, 3).map(({ run, status }) => `${run} (${status})`);
  return [...shown, ...(runs.length > 3 ? [`and ${runs.length - 3} more`] : [])].join(", ");
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
