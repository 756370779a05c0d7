import type { EventContract } from "../contract/event.ts";
import type { StepSpec } from "../contract/step.ts";
import { needsIn, stepsIn, undoStepsIn } from "./needs.ts";
import type { Needs } from "./nodes/kind.ts";
import { plan } from "./plan.ts";
import type { Workflow } from "./workflow.ts";

/** The steps that a workflow uses, each once, by name; including those that undo others. */
export function stepsOf(workflow: Workflow): StepSpec[] {
  return stepsIn(plan(workflow).block);
}

/** The steps by which a workflow undoes others, each once, by name. */
export function undoStepsOf(workflow: Workflow): StepSpec[] {
  return undoStepsIn(plan(workflow).block);
}

/**
 * The events of a workflow, each once: those that start it, then those that its steps may emit, then those
 * that its runs wait for.
 */
export function eventsOf(workflow: Workflow): EventContract[] {
  const emitted = stepsOf(workflow).flatMap(({ emits }) => emits);
  return [...new Set([...workflow.on, ...emitted, ...awaitedEvents(workflow)])];
}

/** The events that runs of a workflow wait for, or that cancel them, each once. */
export function awaitedEvents(workflow: Workflow): EventContract[] {
  const { block, cancelOn } = plan(workflow);
  const awaited = needsIn(block).flatMap(({ events = [] }) => events);
  return [...new Set([...cancelOn.map(({ event }) => event), ...awaited])];
}

/** The calls of other workflows, by their names. */
export function callsOf(workflow: Workflow): NonNullable<Needs["calls"]> {
  return needsIn(plan(workflow).block).flatMap(({ calls = [] }) => calls);
}
