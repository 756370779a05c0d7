import type { TimelineBar } from "../../../../lib/contract/api/index.ts";
import type { FoldedEntry } from "../../../../lib/contract/log/state-entry.ts";
import type { RunState, StepState } from "../../../../lib/contract/runs/run-state.ts";

/** The timeline of a run in the last epoch, by start time. Unfinished entries have no end. */
export function timelineOf(state: RunState, entries: readonly FoldedEntry[]): TimelineBar[] {
  const { epoch, endedAt } = state;
  const ofEpoch = <Part extends { epoch: number }>(parts: readonly Part[]) =>
    parts.filter((part) => part.epoch === epoch);
  const steps = ofEpoch(state.steps);
  const questions = ofEpoch(state.questions).map(({ path, askedAt, decidedAt, level }) =>
    bar(path, "person", askedAt, decidedAt ?? endedAt, level),
  );
  const log = ofEpoch(entries);
  const bars = [
    ...steps.flatMap(tries),
    ...questions,
    ...waits(log, endedAt),
    ...pauses(log, steps, endedAt),
  ];
  return bars.sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** A step is queued before its first attempt, and backs off before each further one. */
function tries({ path, queuedAt, attempts }: StepState): TimelineBar[] {
  return attempts.flatMap((one, at) => {
    const since = at === 0 ? queuedAt : attempts[at - 1]!.endedAt;
    const tried: TimelineBar = {
      ...bar(path, "running", one.startedAt, one.endedAt, one.attempt),
      ...(one.endedAt !== undefined && { outcome: one.failure ? "failed" : "done" }),
    };
    const kind = at === 0 ? "queued" : "backoff";
    return since !== undefined && since < one.startedAt
      ? [bar(path, kind, since, one.startedAt, one.attempt), tried]
      : [tried];
  });
}

/** From the start of a wait until its event was consumed. */
function waits(entries: readonly FoldedEntry[], endedAt: string | undefined): TimelineBar[] {
  const bars = entries.flatMap(({ path = "", at, revision, state }) =>
    state?.kind === "wait" ? [{ path, at, revision, state }] : [],
  );
  const last = Map.groupBy(bars, ({ path, state }) => `${path} ${state.since}`).values();
  return [...last].map((group) => {
    const { path, at, state } = group.toSorted((a, b) => a.revision - b.revision).at(-1)!;
    return bar(path, "waiting", state.since, state.state === "waiting" ? endedAt : at, 1);
  });
}

/** From the time a message was deferred until the step began. */
function pauses(
  entries: readonly FoldedEntry[],
  steps: readonly StepState[],
  endedAt: string | undefined,
): TimelineBar[] {
  return entries.flatMap(({ path = "", at, state }) => {
    if (state?.kind !== "deferral") return [];
    const step = steps.find((one) => one.path === path && one.direction === state.direction);
    const next = step?.attempts.find(({ startedAt }) => startedAt > at);
    return [bar(path, "deferred", at, next?.startedAt ?? endedAt, next?.attempt ?? step?.attempt ?? 1)];
  });
}

function bar(
  path: string,
  kind: TimelineBar["kind"],
  from: string,
  to: string | undefined,
  attempt: number,
): TimelineBar {
  return { path, kind, from, to, attempt };
}
