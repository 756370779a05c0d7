import type { AwaitedView } from "../../../../lib/contract/api/index.ts";
import { describeVotes } from "../../../../lib/contract/quorum.ts";
import { lostWay } from "../../../../lib/contract/race.ts";
import { indexedStatusOf } from "../../../../lib/contract/runs/run-indexes.ts";
import type { Place, RunState, WaitState } from "../../../../lib/contract/runs/run-state.ts";

/**
 * What a run waits for: people and events, the oldest first. Empty while a step of it runs, and after its
 * end.
 */
export function awaitedBy(
  state: Pick<RunState, "run" | "epoch" | "status" | "steps" | "questions" | "waits" | "races">,
): AwaitedView[] {
  const { run, epoch, status, steps, questions, waits, races } = state;
  if (status === undefined || indexedStatusOf({ status }) !== "open") return [];
  const ofEpoch = (part: Place) => part.epoch === epoch && lostWay(part, races) === undefined;
  if (steps.some((step) => ofEpoch(step) && BUSY.has(step.state))) return [];
  const people = questions
    .filter((question) => ofEpoch(question) && question.state === "pending")
    .map(({ path, approval, askedAt, until, ...votes }) => ({
      path,
      for: decisionOf(approval, describeVotes(votes)),
      by: "person" as const,
      since: askedAt,
      until,
    }));
  const events = waits
    .filter((wait) => ofEpoch(wait) && wait.state === "waiting" && wait.purpose in AWAITED)
    .map((wait) => ({ path: wait.path, ...awaited(wait, run), since: wait.since }));
  return [...people, ...events].sort((a, b) => (a.since < b.since ? -1 : 1));
}

function decisionOf(approval: string, votes: string | undefined): string {
  return `a decision of ${approval}${votes === undefined ? "" : ` (${votes})`}`;
}

const BUSY = new Set(["running", "deferred"]);
/** A wait of a branch counts while another branch works; an event that cancels a run does not. */
const AWAITED = { event: true, child: true };

function awaited({ purpose, event, key }: WaitState, run: string): Pick<AwaitedView, "for" | "by"> {
  if (purpose === "child") return { for: `run ${key}`, by: "run" };
  // The key of a signal is the id of its run.
  return { for: key === run ? `the signal ${event}` : `${event} of ${key}`, by: "event" };
}
