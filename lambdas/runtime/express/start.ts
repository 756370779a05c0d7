import { LOOKED_AT_AFTER } from "../../../lib/contract/audit.ts";
import type { ExpressPlan } from "../../../lib/contract/groups/express.ts";
import { dueWhile } from "../../../lib/contract/runs/first-check.ts";
import { inputOf } from "../../../lib/contract/runs/run-input.ts";
import type { ExpressRun, RunItem } from "../../../lib/contract/table.ts";
import type { Now } from "../ports/clock.ts";
import type { Runs } from "../ports/runs.ts";
import type { Log } from "../ports/telemetry.ts";
import { isWithoutExecution } from "../runs/transitions.ts";
import { requestOf } from "../work/claim-effect.ts";
import type { Begun } from "../work/group/begun.ts";
import { type ExpressGroupMessage, expressMessage } from "./message.ts";
import type { ExpressLane } from "./ports.ts";

export interface ExpressStartPorts {
  runs: Pick<Runs, "startedExpress">;
  now: Now;
  log: Log;
}

/** Deadline and first check of a run without an execution. */
export function expressStart(
  { deadline: most, patience }: ExpressPlan,
  now: number,
  { deadline: set }: Pick<RunItem, "deadline">,
): ExpressRun {
  const deadline = set === undefined ? most : Math.min(most, set / 1000);
  const after = (seconds: number) => new Date(now + seconds * 1000).toISOString();
  const check = Math.min(Math.max(patience, LOOKED_AT_AFTER / 1000), deadline);
  return { until: after(deadline), check: after(check) };
}

/** A run that is accepted and started in the same write, and the message of its work. */
export interface StartedAtOnce {
  run: RunItem;
  message: ExpressGroupMessage;
}

export function startedAtOnce(accepted: RunItem, plan: ExpressPlan, now: number): StartedAtOnce {
  const { due: _, dueAt: __, ...rest } = accepted;
  const started: RunItem = { ...rest, status: "running", express: expressStart(plan, now, accepted) };
  const run = { ...started, ...dueWhile(started, now) };
  return { run, message: messageOf(run, plan) };
}

function messageOf(run: RunItem, plan: ExpressPlan): ExpressGroupMessage {
  return expressMessage(inputOf(run), plan, run.acceptedAt);
}

/**
 * Starts a run that was accepted before. The message is sent first, as an execution is started first: after
 * a crash in between, the run is still accepted, and the next delivery sends the same message again.
 */
export async function startExpress(
  run: RunItem,
  plan: ExpressPlan,
  lane: Pick<ExpressLane, "send">,
  { runs, now, log }: ExpressStartPorts,
): Promise<void> {
  const express = expressStart(plan, now(), run);
  await sendExpress({ ...run, express }, plan, lane, log);
  await runs.startedExpress(run, express);
}

/** Whether the message of a run may not have been sent yet. */
export function awaitsMessage(run: RunItem): boolean {
  return run.status === "running" && run.express !== undefined && isWithoutExecution(run);
}

/**
 * Accepts a run together with the claim of its first step. Answers undefined if that is not possible: the run
 * exists, or no step can be claimed before the run's message is delivered.
 */
export async function acceptAndBegin(
  { run, message }: StartedAtOnce,
  lane: Pick<ExpressLane, "firstEffect" | "acceptAndClaim">,
): Promise<Begun | undefined> {
  const first = lane.firstEffect(message);
  const isAccepted = first !== undefined && (await lane.acceptAndClaim(run, requestOf(first)));
  return isAccepted ? { run, first } : undefined;
}

/** Does the work of a run that this delivery has accepted just now; sends its message if that is not finished here. */
export async function workExpress(
  { run, message }: StartedAtOnce,
  begun: Begun | undefined,
  lane: Pick<ExpressLane, "send" | "work">,
  log: Log,
): Promise<void> {
  log.info("The run is started without an execution.", { run: run.run, event: run.event.id });
  if (!(await lane.work(message, begun ?? { run }))) await lane.send(message);
}

/** Sends the message of a run that is started. Every copy is identical. */
export async function sendExpress(
  run: RunItem,
  plan: ExpressPlan,
  lane: Pick<ExpressLane, "send">,
  log: Log,
): Promise<void> {
  await lane.send(messageOf(run, plan));
  log.info("The run is started without an execution.", { run: run.run, event: run.event.id });
}
