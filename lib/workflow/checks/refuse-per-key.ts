import { DefinitionError } from "../../contract/definition-error.ts";
import { type Duration, milliseconds } from "../../contract/duration.ts";
import type { Debounce, PerKey, Throttle } from "../../contract/per-key.ts";
import { isWhole } from "../../contract/whole-number.ts";

/** Runs that hold a slot are read each time another one arrives. */
const MOST_AT_ONCE = 20;
/** The start times of the last period are in one item. */
const MOST_STARTS = 100;
const SHORTEST_PERIOD: Duration = "1 second";
const LONGEST_PERIOD: Duration = "1 day";

/** Throws a DefinitionError for invalid limits by key. */
export function refusePerKey(workflow: string, perKey: PerKey): void {
  const problem = problemOf(perKey);
  if (problem) throw new DefinitionError(`Workflow "${workflow}" ${problem}`);
}

function problemOf(perKey: PerKey): string | undefined {
  if ("debounce" in perKey) return problemOfDebounce(perKey);
  const { atOnce, busy, priority } = perKey;
  if (atOnce !== undefined && !isWhole(atOnce, 1, MOST_AT_ONCE))
    return `has "atOnce" ${atOnce}. It must be a whole number from 1 to ${MOST_AT_ONCE}.`;
  if (priority && busy === "skip")
    return 'has a "priority", but its runs do not wait, since "busy" is "skip". Remove one of the two.';
  if ("starts" in perKey) return problemOfThrottle(perKey);
  return atOnce === undefined ? 'has an empty "perKey". Set "atOnce", "starts" or "debounce".' : undefined;
}

function problemOfThrottle({ starts, per }: Throttle): string | undefined {
  if (!isWhole(starts, 1, MOST_STARTS))
    return `has "starts" ${starts}. It must be a whole number from 1 to ${MOST_STARTS}; for a higher rate, shorten "per": 600 a minute are 10 a second.`;
  if (per === undefined) return `has ${starts} "starts" without a period. Add "per", as in per: "1 minute".`;
  const period = milliseconds(per);
  if (period >= milliseconds(SHORTEST_PERIOD) && period <= milliseconds(LONGEST_PERIOD)) return undefined;
  return `has a "per" of ${per}. It must be between ${SHORTEST_PERIOD} and ${LONGEST_PERIOD}.`;
}

function problemOfDebounce({ debounce, atMost, ...others }: Debounce & Partial<PerKey>): string | undefined {
  const quiet = milliseconds(debounce);
  if (others.priority)
    return 'has a "priority", but with "debounce" no runs wait for each other. Remove one of the two.';
  if (atMost === undefined || milliseconds(atMost) >= quiet) return undefined;
  return `starts at most ${atMost} after the first event of a burst, but "debounce" is ${debounce}. "atMost" must be longer than "debounce".`;
}
