import { containerAt } from "../definition.ts";
import type { Frame, TaskPhase } from "../frame.ts";
import type { Run } from "../run.ts";
import type { Answer } from "../tasks/answer.ts";
import type { RerunAnswer, RerunCalls } from "./request.ts";

/** The answers that were recorded, each found by its place and state, and by how often that state called before. */
export class Answers {
  private readonly recorded: ReadonlyMap<string, RerunCalls["answers"]>;
  private readonly calls = new Map<string, number>();

  constructor(recorded: readonly RerunCalls[]) {
    this.recorded = new Map(recorded.map(({ place, state, answers }) => [keyOf(place, state), answers]));
  }

  /** What this call is answered with; undefined for one that was not made, or not answered. */
  next(run: Run, frame: Frame): RerunAnswer | undefined {
    const key = keyOf(placeOf(run, frame), frame.state);
    const nth = this.calls.get(key) ?? 0;
    this.calls.set(key, nth + 1);
    return this.recorded.get(key)?.[nth] ?? undefined;
  }
}

function keyOf(place: string, state: string): string {
  return JSON.stringify([place, state]);
}

function placeOf(run: Run, frame: Frame): string {
  if (frame.parent === null) return "";
  const [state, branch] = frame.scope.at(-1)!;
  const which = branch === "items" ? frame.index : containerAt(run.execution.machine, frame.scope).StartAt;
  const around = placeOf(run, run.frame(frame.parent)!);
  return `${around === "" ? "" : `${around}/`}${state}[${which}]`;
}

export function answerOf({ output, failure }: RerunAnswer): Answer {
  return failure ? { kind: "failed", failure } : { kind: "result", value: output };
}

/**
 * When the answer arrives, in milliseconds since the epoch. Between states nothing takes time here, so that a task is
 * called a little earlier than it was, and would time out earlier: one that was answered in time is answered in time.
 */
export function arrival(
  { calledAt, answeredAt }: RerunAnswer,
  { timeoutAt }: TaskPhase,
  now: number,
): number {
  const time = Math.max(Date.parse(answeredAt), now);
  if (timeoutAt === undefined || time < timeoutAt) return time;
  const took = Date.parse(answeredAt) - Date.parse(calledAt);
  return took < timeoutAt - now ? timeoutAt - 1 : time;
}
