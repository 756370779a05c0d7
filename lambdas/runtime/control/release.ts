import type { Release } from "../../../lib/contract/messages/command.ts";
import { resend } from "../defer/resend.ts";
import { release } from "../runs/transitions.ts";
import { nextPass } from "./next-pass.ts";
import type { ControlPorts } from "./ports.ts";

/** The number of messages that are released at once: a downstream must not be overloaded after a pause. */
const AT_ONCE = 50;
/** Later than any ISO time: comparing the clocks of two machines must leave nothing out. */
const LATEST = "9999";

/**
 * Releases a share of what a pause of its run, workflow or reaction has deferred or held, and sends itself a
 * reminder for the rest. It selects by what an item waits for, never by time: the clocks of two machines
 * differ. Stops if an operator has paused again: the next resume continues.
 */
export async function releaseSome(order: Release, ports: ControlPorts): Promise<void> {
  const released = await releaseOf(order.target, ports);
  if (released !== "stopped") await nextPass(order, released > 0, ports);
}

/** Answers how many, at most `AT_ONCE`. */
type Released = number | "stopped";

async function releaseOf(target: Release["target"], ports: ControlPorts): Promise<Released> {
  if ("run" in target) return await releaseRun(target.run, ports);
  if ("workflow" in target) return await releaseWorkflow(target.workflow, ports);
  return await releaseReaction(target.subscriber, ports);
}

async function releaseRun(run: string, ports: ControlPorts): Promise<Released> {
  if ((await ports.runs.read(run))?.paused) return "stopped";
  const deferred = await ports.waiting.deferredOfRun(run, "run paused", AT_ONCE);
  for (const item of deferred) await resend(item, ports);
  return deferred.length;
}

async function releaseWorkflow(workflow: string, ports: ControlPorts): Promise<Released> {
  const control = await ports.controls.read("workflow", workflow);
  if (control?.paused || control?.drained) return "stopped";
  const held = await ports.waiting.heldRuns(workflow, LATEST, AT_ONCE);
  for (const run of held)
    await ports.runs.change(run, (item) => (item.held ? release(ports.now())(item) : item));
  const deferred = await ports.waiting.deferredOfWorkflow(workflow, "workflow paused", AT_ONCE);
  for (const item of deferred) await resend(item, ports);
  ports.log.info("Held runs continue.", { workflow, runs: held.length, messages: deferred.length });
  return Math.max(held.length, deferred.length);
}

async function releaseReaction(reaction: string, ports: ControlPorts): Promise<Released> {
  const control = await ports.controls.read("subscriber", reaction);
  if (control?.paused || control?.drained) return "stopped";
  const deferred = await ports.waiting.deferredOfWorkflow(reaction, "subscriber paused", AT_ONCE);
  for (const item of deferred) await resend(item, ports);
  return deferred.length;
}
