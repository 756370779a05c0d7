import type { RunDetails } from "../lambdas/runtime/ports.ts";
import type { ClaimItem } from "../lib/contract/table.ts";
import { elapsed } from "./format.ts";

/** A step by its path in the run, or the undo of a step. */
export function effectOf({ path, direction }: Pick<ClaimItem, "path" | "direction">): string {
  return direction === "undo" ? `undo of ${path}` : path;
}

/** A line of a run's progress, in order of time, with a unique key. */
export interface ProgressLine {
  key: string;
  /** ISO time. */
  at: string;
  text: string;
}

/** All progress lines of a run so far. A watcher prints the lines whose keys it has not printed yet. */
export function progressOf({ run, claims, approvals }: RunDetails): ProgressLine[] {
  const since = (at: string) => `+${elapsed(Date.parse(at) - Date.parse(run.acceptedAt))}`.padStart(10);
  const lines: ProgressLine[] = [
    { key: "accepted", at: run.acceptedAt, text: `${run.run}  started by ${run.event.name}` },
  ];
  const add = (key: string, at: string, text: string) =>
    lines.push({ key, at, text: `${since(at)}  ${text}` });
  for (const claim of claims) {
    const { state, attempt, startedAt, endedAt, failure } = claim;
    const path = effectOf(claim);
    const again = attempt > 1 ? `, attempt ${attempt}` : "";
    add(`${path} ${attempt} started`, startedAt, `${path} started${again}`);
    const took = endedAt ? elapsed(Date.parse(endedAt) - Date.parse(startedAt)) : "";
    if (state === "done") add(`${path} done`, endedAt!, `${path} done in ${took}`);
    if (state === "failed")
      add(`${path} ${attempt} failed`, endedAt!, `${path} failed after ${took}: ${failure?.message}`);
  }
  for (const { approval, path, level, why, state, askedAt, decision, decidedAt } of approvals) {
    const question = `${path} ${level} ${askedAt}`;
    const escalated = level > 1 ? ", escalated" : "";
    add(`${question} requested`, askedAt, `${approval} has to decide${escalated}${why ? `: ${why}` : ""}`);
    if (state === "pending") {
      const how = `npm run millrace -- approve ${run.run} (or reject, with --note "what to change")`;
      add(`${question} how`, askedAt, `decide with: ${how}`);
    }
    if (decision) {
      const note = decision.note ? `: ${decision.note}` : "";
      add(
        `${question} decided`,
        decidedAt!,
        `${approval} ${decision.approved ? "approved" : "rejected"} by ${decision.decidedBy}${note}`,
      );
    }
  }
  if (run.endedAt) {
    const why = run.failure ? `: ${run.failure.error} ${run.failure.cause}` : "";
    add("ended", run.endedAt, `run ${run.status}${why}`);
  }
  return lines.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
