import type { RunDetail, StepView } from "../../lib/contract/api/index.ts";
import { isEnded } from "../../lib/contract/table.ts";

/** The state of a run, in as few words as a model needs to decide what to do next. */
export interface RunReport {
  run: string;
  workflow: string;
  status: RunDetail["status"];
  /** It has ended, or waits for a person, an event or another run. */
  settled: boolean;
  waitsFor?: string[] | undefined;
  output?: unknown;
  failure?: string | undefined;
  location?: string | undefined;
  failedSteps?: FailedStep[] | undefined;
  stuckBy?: RunDetail["stuckBy"];
  next: string[];
}

interface FailedStep {
  path: string;
  tries: {
    attempt: number;
    at: string;
    error: string;
    location?: string | undefined;
    code?: string | undefined;
  }[];
}

/** Describes the state of a run, why it failed, and which tools continue it. */
export function reportOf(run: RunDetail): RunReport {
  const { status, failure, waiting = [], output, stuckBy, paused } = run;
  const ended = isEnded(status);
  const failed = run.steps.filter(({ state }) => state === "failed").map(failedStep);
  return {
    run: run.run,
    workflow: run.workflow,
    status,
    settled: ended || waiting.length > 0 || stuckBy !== undefined || paused === true,
    waitsFor: waiting.length > 0 ? waiting.map((one) => `${one.for} (at ${one.path})`) : undefined,
    ...(output !== undefined && { output }),
    failure: failure?.summary,
    location: failure?.location,
    failedSteps: failed.length > 0 ? failed : undefined,
    stuckBy,
    next: [...nextOf(run, ended)],
  };
}

function failedStep({ path, attempts }: StepView): FailedStep {
  return {
    path,
    tries: attempts.flatMap(({ attempt, startedAt, failure }) =>
      failure
        ? [
            {
              attempt,
              at: startedAt,
              error: `${failure.name}: ${failure.message}`,
              location: failure.location,
              code: failure.code,
            },
          ]
        : [],
    ),
  };
}

function* nextOf(detail: RunDetail, ended: boolean) {
  const { run, status, paused, stuckBy, waiting = [], questions, limit } = detail;
  if (status === "failed" || status === "timed-out")
    yield `Fix the cause, then retry_run with run "${run}": completed steps are reused.`;
  if (stuckBy)
    yield `A message failed too often (${stuckBy.reason}). Fix the cause, then redrive_dead_letter with id "${stuckBy.deadLetter}".`;
  if (paused) yield `The run is paused: resume_run with run "${run}".`;
  for (const { path, level } of questions.filter(({ state }) => state === "pending"))
    yield `A person decides: decide_approval with run "${run}", path "${path}", level ${level}.`;
  if (waiting.some(({ by }) => by === "event")) yield `It waits for an event: signal_run with run "${run}".`;
  for (const { by, for: awaited } of waiting)
    if (by === "run") yield `It waits for ${awaited}: follow_run with the id of that run.`;
  if (status === "accepted" && limit)
    yield `It waits for its start: get_limit with name ${JSON.stringify(limit.name)}, key ${JSON.stringify(limit.key)} lists the runs that have a place and those that wait.`;
  if (!ended && waiting.length === 0 && !stuckBy && !paused)
    yield status === "accepted"
      ? `It has not started: it waits for its turn, or its workflow is paused. follow_run with run "${run}".`
      : `It is running: follow_run with run "${run}".`;
}
