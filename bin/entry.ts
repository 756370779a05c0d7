import type { LoggedState } from "../lib/contract/log/logged-state.ts";
import { describeVotes } from "../lib/contract/quorum.ts";
import { describeFailure } from "../lib/contract/runs/run-failure.ts";
import type { LogItem } from "../lib/contract/table.ts";
import { effectOf } from "./effect.ts";
import { describeAttempt } from "./failed-attempts.ts";
import { elapsed, offset, shortened } from "./format.ts";

/** An entry of the log in one line; the time is relative to `begun` (ISO). */
export function describeEntry({ at, epoch, name, path, state, data }: LogItem, begun: string): string {
  const since = offset(at, begun);
  const direction = state?.kind === "step" || state?.kind === "deferral" ? state.direction : "do";
  const place = path === undefined ? "" : effectOf({ path, direction });
  const again = name === "run.accepted" && epoch > 1 ? `epoch ${epoch}` : "";
  const parts = [since, name.padEnd(18), place, again, state ? describeState(state) : "", said(data)];
  return parts.filter(Boolean).join("  ").trimEnd();
}

function describeState(state: LoggedState): string {
  switch (state.kind) {
    case "run":
      return [
        state.compensation && `${state.compensation.undone} undone`,
        state.failure && describeFailure(state.failure).summary,
      ]
        .filter(Boolean)
        .join(", ");
    case "step": {
      const { attempt, startedAt, endedAt, failure, reusedFrom, state: status } = state;
      return [
        `attempt ${attempt}`,
        status !== "running" && endedAt && `took ${elapsed(Date.parse(endedAt) - Date.parse(startedAt))}`,
        reusedFrom !== undefined && `result of epoch ${reusedFrom}`,
        failure && status !== "sealed" && describeAttempt(failure),
      ]
        .filter(Boolean)
        .join(", ");
    }
    case "deferral":
      return state.dueAt ? `${state.reason}, until ${state.dueAt}` : state.reason;
    case "question": {
      const { approval, level, why, decision } = state;
      if (decision) {
        const note = decision.note ? `: ${decision.note}` : "";
        return `${decision.approved ? "approved" : "rejected"} by ${decision.decidedBy}${note}`;
      }
      return [`asks ${approval}`, describeVotes(state), level > 1 && `level ${level}`, why]
        .filter(Boolean)
        .join(", ");
    }
    case "race":
      return `${state.winner} has won`;
    case "wait":
      return `${state.event} of ${state.key}`;
  }
}

/** The longest text of an event's data that is shown. */
const LONGEST = 200;

function said({ revision: _, by, why, ...data }: LogItem["data"]): string {
  if (typeof by === "string") return `by ${by}: ${why}`;
  if (Object.keys(data).length === 0) return typeof why === "string" ? why : "";
  return shortened(JSON.stringify(data), LONGEST);
}
