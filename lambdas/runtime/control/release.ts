import type { Release } from "../../../lib/contract/command.ts";
import { release } from "../completion/transitions.ts";
import { resend } from "../defer/resend.ts";
import type { ControlPorts } from "./ports.ts";

/** What is brought back at once, and how long until the next: a downstream that has rested is not run over. */
const AT_ONCE = 50;
const PAUSE = 1_000;
/** The indexes know of everything after this long. */
const SECOND_LOOK = 60_000;

/**
 * Brings back a share of what lies aside since its run, workflow or reaction was paused, and reminds itself of the rest. What
 * was put aside after the order stays. Stops where a pause has been ordered anew: the next resume goes on.
 */
export async function releaseSome(order: Release, ports: ControlPorts): Promise<void> {
  const { target, until, looks } = order;
  const released = await releaseOf(target, until, ports);
  if (released === "stopped") return;
  if (released > 0) await ports.remind(order, PAUSE);
  else if (looks > 1) await ports.remind({ ...order, looks: looks - 1 }, SECOND_LOOK);
}

/** Answers how many, at most `AT_ONCE`. */
type Released = number | "stopped";

async function releaseOf(target: Release["target"], until: string, ports: ControlPorts): Promise<Released> {
  if ("run" in target) return await releaseRun(target.run, until, ports);
  if ("workflow" in target) return await releaseWorkflow(target.workflow, until, ports);
  return await releaseReaction(target.subscriber, until, ports);
}

async function releaseRun(run: string, until: string, ports: ControlPorts): Promise<Released> {
  if ((await ports.runs.read(run))?.paused) return "stopped";
  const parked = await ports.waiting.parkedOfRun(run, until, AT_ONCE);
  for (const item of parked) await resend(item, ports);
  return parked.length;
}

async function releaseWorkflow(workflow: string, until: string, ports: ControlPorts): Promise<Released> {
  const control = await ports.controls.read("workflow", workflow);
  if (control?.paused || control?.drained) return "stopped";
  const held = await ports.waiting.heldRuns(workflow, until, AT_ONCE);
  for (const run of held) await ports.runs.change(run, release(ports.now()));
  const parked = await ports.waiting.parkedOfWorkflow(workflow, until, AT_ONCE);
  for (const item of parked) await resend(item, ports);
  ports.log.info("Held runs continue.", { workflow, runs: held.length, messages: parked.length });
  return Math.max(held.length, parked.length);
}

async function releaseReaction(reaction: string, until: string, ports: ControlPorts): Promise<Released> {
  const control = await ports.controls.read("subscriber", reaction);
  if (control?.paused || control?.drained) return "stopped";
  const parked = await ports.waiting.parkedOfWorkflow(reaction, until, AT_ONCE);
  for (const item of parked) await resend(item, ports);
  return parked.length;
}
