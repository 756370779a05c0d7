import { expect } from "vitest";
import { fold } from "../../../lib/contract/log/fold.ts";
import type { RunState } from "../../../lib/contract/runs/run-state.ts";
import type { ApprovalItem, ClaimItem, LogItem, RunItem, WaiterItem } from "../../../lib/contract/table.ts";
import type { Magazine } from "./magazine.ts";

/** What the table said at a moment. */
interface Snapshot {
  /** ISO time. */
  at: string;
  runs: RunItem[];
  claims: ClaimItem[];
  approvals: ApprovalItem[];
  waiters: WaiterItem[];
}

/** Looks at the table again and again, to compare it later with what the log says of each of these moments. */
export class History {
  private readonly magazine: Magazine;
  private readonly snapshots: Snapshot[] = [];

  constructor(magazine: Magazine) {
    this.magazine = magazine;
  }

  async look(): Promise<void> {
    const { cloud, items } = this.magazine;
    this.snapshots.push({
      at: new Date(cloud.now()).toISOString(),
      runs: await items("run"),
      claims: await items("claim"),
      approvals: await items("approval"),
      waiters: (await items("waiter")).filter(({ purpose }) => purpose !== "cancel-on"),
    });
  }

  /**
   * At each of these moments the log says what the table said: by the revisions that the table had, and, where nothing
   * had changed for a minute, by the time alone. A slow call makes a change minutes after its time was taken.
   */
  async expectAllInLog(): Promise<void> {
    const logs = Map.groupBy(await this.magazine.entries(), ({ run }) => run);
    let [byRevision, byTime] = [0, 0];
    for (const snapshot of this.snapshots) {
      for (const { run } of snapshot.runs) {
        const shown = shownByTable(snapshot, run);
        const log = logs.get(run) ?? [];
        const revisions = revisionsIn(snapshot, run);
        const seen = log.filter(({ of, revision }) => revision <= (revisions.get(of) ?? 0));
        expect(shownByLog(fold(seen)), `${run} at ${snapshot.at}`).toEqual(shown);
        byRevision++;
        if (log.some(({ at }) => at <= snapshot.at && at > earlier(snapshot.at))) continue;
        expect(shownByLog(fold(until(log, snapshot.at))), `${run} at ${snapshot.at}`).toEqual(shown);
        byTime++;
      }
    }
    expect(byRevision).toBeGreaterThan(0);
    expect(byTime).toBeGreaterThan(0);
  }
}

function until(log: LogItem[], time: string): LogItem[] {
  return log.filter(({ at }) => at <= time);
}

function earlier(time: string): string {
  return new Date(Date.parse(time) - 60_000).toISOString();
}

function revisionsIn({ runs, claims, approvals, waiters }: Snapshot, run: string): Map<string, number> {
  const own = [...runs, ...claims, ...approvals].filter((item) => item.run === run);
  const waits = waiters.filter((item) => item.run === run);
  return new Map([
    ...own.map(({ sk, revision }) => [sk, revision] as const),
    ...waits.map(({ pk, sk, revision }) => [`${pk}#${sk}`, revision] as const),
  ]);
}

/** A message that was sent again is not deferred any more, and nothing shows it until it is worked on. */
const DEFERRED = "deferred or waiting";

function shownByTable(snapshot: Snapshot, id: string) {
  const run = snapshot.runs.find((item) => item.run === id)!;
  const { epoch, status, execution, paused, endedAt, failure, output, compensation } = run;
  return {
    epoch,
    status,
    execution,
    endedAt,
    compensation,
    paused: paused?.why,
    error: failure?.error,
    output: output === undefined ? undefined : JSON.stringify(output),
    steps: snapshot.claims
      .filter((claim) => claim.run === id)
      .map(({ epoch, path, direction, state, attempt, startedAt, endedAt, failure, late }) =>
        [
          `${epoch} ${path} ${direction} ${state ?? DEFERRED} ${attempt}`,
          startedAt,
          endedAt,
          failure?.message,
          late,
        ]
          .map((part) => JSON.stringify(part))
          .join(),
      )
      .sort(),
    questions: snapshot.approvals
      .filter((approval) => approval.run === id)
      .map(
        ({ epoch, path, state, level, decision }) =>
          `${epoch} ${path} ${state} ${level} ${decision?.approved}`,
      )
      .sort(),
    waits: snapshot.waiters
      .filter((waiter) => waiter.run === id)
      .map(({ path, event, state }) => `${path} ${event} ${state === "matched" ? "waiting" : state}`)
      .sort(),
  };
}

function shownByLog(state: RunState | undefined): ReturnType<typeof shownByTable> | undefined {
  if (!state) return undefined;
  const { epoch, status, execution, paused, endedAt, failure, output, compensation } = state;
  return {
    epoch,
    status: status!,
    execution,
    endedAt,
    compensation,
    paused: paused?.why,
    error: failure?.error,
    output: output && "value" in output ? JSON.stringify(output.value) : undefined,
    steps: state.steps
      .map(({ epoch, path, direction, state, attempt, startedAt, endedAt, failure, late, result }) =>
        [
          `${epoch} ${path} ${direction} ${state === "deferred" || state === "waiting" ? DEFERRED : state} ${attempt}`,
          startedAt,
          endedAt,
          failure?.message,
          late && result && "value" in result ? result.value : undefined,
        ]
          .map((part) => JSON.stringify(part))
          .join(),
      )
      .sort(),
    questions: state.questions
      .map(
        ({ epoch, path, state, level, decision }) =>
          `${epoch} ${path} ${state} ${level} ${decision?.approved}`,
      )
      .sort(),
    waits: state.waits.map(({ path, event, state }) => `${path} ${event} ${state}`).sort(),
  };
}
