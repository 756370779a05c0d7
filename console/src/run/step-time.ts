import type { StepView } from "../api/types.ts";
import { duration } from "../text/duration.ts";

/** How long the handler of a step ran, all attempts together, as in the graph. Empty before the first. */
export function timeOf({ attempts, startedAt, endedAt, state }: StepView, asOf: string): string {
  if (startedAt === undefined) return "";
  const spans = attempts.length > 0 ? attempts : [{ startedAt, endedAt }];
  const times = spans.map(({ startedAt: from, endedAt: to = state === "running" ? asOf : from }) =>
    Math.max(0, Date.parse(to) - Date.parse(from)),
  );
  return duration(times.reduce((sum, time) => sum + time, 0));
}
