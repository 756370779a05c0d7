import type { LogValue } from "../lib/contract/log/logged-state.ts";
import { describeFailure } from "../lib/contract/runs/run-failure.ts";
import type { QuestionState, RunState, StepState } from "../lib/contract/runs/run-state.ts";
import { effectOf } from "./effect.ts";
import { describeAttempt } from "./failed-attempts.ts";
import { between, tabulate } from "./format.ts";

/** The state of a run at a past time (ISO), from its log, in the form that "run" prints. */
export function describePast(state: RunState, time: string): string {
  const { run, epoch, status, begun, actions, endedAt, failure, output, compensation, spent } = state;
  const now = Date.parse(time);
  const ofEpoch = <One extends { epoch: number }>(all: One[]) => all.filter((one) => one.epoch === epoch);
  const steps = ofEpoch(state.steps).map((step) => [
    effectOf(step),
    describeStep(step),
    String(step.attempt),
    step.startedAt,
    between(step.startedAt, step.endedAt, now),
  ]);
  const questions = ofEpoch(state.questions).map((question) => [
    question.path,
    question.decision ? (question.decision.approved ? "approved" : "rejected") : question.state,
    String(question.level),
    question.askedAt,
    `${between(question.askedAt, question.decidedAt, now)}, ${answer(question)}`,
  ]);
  const waits = endedAt ? [] : ofEpoch(state.waits).filter((wait) => wait.state === "waiting");
  const failed = ofEpoch(state.steps).flatMap((step) =>
    step.attempts.flatMap(({ attempt, endedAt: at, failure: why }) =>
      why ? [`  ${at}  ${effectOf(step)}, attempt ${attempt}: ${describeAttempt(why)}`] : [],
    ),
  );
  return [
    `${run}  ${status ?? "reaction run"}  state at ${time}`,
    ...(begun ? [`started by ${begun.event.name} ${begun.event.id} at ${begun.acceptedAt}`] : []),
    ...(epoch > 1 ? [`epoch ${epoch}`] : []),
    ...actions.map(({ action, by, why, at }) => `${action} by ${by} at ${at}: ${why}`),
    ...(state.stuck ? [`stuck at ${state.stuck.path} since ${state.stuck.at}: ${state.stuck.reason}`] : []),
    ...(compensation ? [`compensation ${compensation.open ? "in progress" : "finished"}`] : []),
    ...(spent ? [`spent $${spent.usd} and ${spent.tokens} tokens`] : []),
    "",
    tabulate(["STEP", "STATE", "ATTEMPT", "STARTED", "TOOK"], [...steps, ...questions]),
    ...(waits.length > 0 ? ["", "Waits:"] : []),
    ...waits.map(({ path, event, key, since }) => `  ${path} for ${event} of ${key}, since ${since}`),
    ...(failed.length > 0 ? ["", "Failed attempts:"] : []),
    ...failed,
    ...(failure ? ["", describeFailure(failure).summary] : []),
    ...(output ? ["", "Output:", show(output)] : []),
  ].join("\n");
}

function describeStep({ state, deferral, late, givenUp, reusedFrom, failure }: StepState): string {
  if (state === "sealed" && !late) return failure ? "failed" : "stopped with the run";
  if (givenUp && state !== "done") return "gave up";
  if (deferral && state === "deferred") return `deferred: ${deferral.reason}`;
  if (reusedFrom !== undefined) return `done in epoch ${reusedFrom}`;
  return late ? "done, late" : state;
}

function answer({ approval, why, decision }: QuestionState): string {
  if (decision) return `by ${decision.decidedBy}${decision.note ? `: ${decision.note}` : ""}`;
  return `${approval} has to decide${why ? `: ${why}` : ""}`;
}

function show(kept: LogValue): string {
  return "bytes" in kept ? `${kept.bytes} bytes, too large for the log` : JSON.stringify(kept.value, null, 2);
}
