import type { RunDetails } from "../lambdas/runtime/ports/readers.ts";
import { describeFailure } from "../lib/contract/runs/run-failure.ts";
import { effectOf } from "./effect.ts";
import { describeAttempt, placeOf } from "./failed-attempts.ts";
import { elapsed, INDENT, offset } from "./format.ts";
import { commandOf } from "./self.ts";

/** A line of a run's progress, in order of time, with a unique key. */
export interface ProgressLine {
  key: string;
  /** ISO time. */
  at: string;
  text: string;
}

/** All progress lines of a run so far. A watcher prints the lines whose keys it has not printed yet. */
export function progressOf({ run, claims, approvals }: RunDetails): ProgressLine[] {
  const lines: ProgressLine[] = [
    { key: "accepted", at: run.acceptedAt, text: `${run.run}  started by ${run.event.name}` },
  ];
  const add = (key: string, at: string, text: string) =>
    lines.push({ key, at, text: `${offset(at, run.acceptedAt)}  ${text}` });
  for (const claim of claims) {
    const { state, attempt, startedAt, endedAt, failure } = claim;
    const path = effectOf(claim);
    const again = attempt > 1 ? `, attempt ${attempt}` : "";
    add(`${path} ${attempt} started`, startedAt, `${path} started${again}`);
    const took = endedAt ? elapsed(Date.parse(endedAt) - Date.parse(startedAt)) : "";
    if (state === "done") add(`${path} done`, endedAt!, `${path} done in ${took}`);
    // The claim of a step that has failed is sealed when its run ends.
    if (failure && (state === "failed" || state === "sealed"))
      add(`${path} ${attempt} failed`, endedAt!, `${path} failed after ${took}: ${describeAttempt(failure)}`);
  }
  for (const { approval, path, level, why, state, askedAt, decision, decidedAt, votes = [] } of approvals) {
    const question = `${path} ${level} ${askedAt}`;
    const escalated = level > 1 ? ", escalated" : "";
    add(`${question} requested`, askedAt, `${approval} has to decide${escalated}${why ? `: ${why}` : ""}`);
    for (const { by, approved, at } of votes)
      add(`${question} vote ${by}`, at, `${approval}: ${by} has ${approved ? "approved" : "rejected"}`);
    if (state === "pending") {
      const how = `${commandOf(`approve ${run.run}`)} (or reject, with --note "what to change")`;
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
    add("ended", run.endedAt, [`run ${run.status}`, ...whyOf({ run, claims })].join("\n"));
  }
  return lines.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Why a run failed, where in the code, and how to continue it. */
function whyOf({ run, claims }: Pick<RunDetails, "run" | "claims">): string[] {
  if (!run.failure) return [];
  const { summary, path } = describeFailure(run.failure);
  const failed = claims.find((claim) => claim.path === path && claim.failure);
  const place = failed?.failure ? placeOf(failed.failure) : [];
  const retry =
    run.status === "failed" ? [`Retry it with the edited code: ${commandOf(`retry ${run.run}`)}`] : [];
  return [summary, ...place, ...retry].map((line) => (line === "" ? "" : `${INDENT}${line}`));
}
