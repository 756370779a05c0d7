import { DefinitionError } from "../../../contract/definition-error.ts";
import type { Duration } from "../../../contract/duration.ts";
import { say } from "../../expression.ts";
import type { SleepNode } from "../../graph.ts";
import { expressLength, sayLength } from "../../length.ts";
import { shortened } from "../../names.ts";
import { type Callee, placeOf } from "../../place.ts";
import { express } from "../../plain-value.ts";
import type { Given, Ref, Reference } from "../../ref.ts";
import { nothing } from "../../shape.ts";
import type { Site, Use } from "../../site.ts";

/** Pauses for a duration; nodes that name it in `after` wait for it. Costs nothing meanwhile. */
export type SleepMethod = (length: Duration | Reference<string>, options?: Use) => Ref<undefined>;

/** Waits until a time: ISO 8601 with a zone, "2027-01-01T09:00:00Z". A past time continues immediately. */
export type SleepUntilMethod = (time: Given<string>, options?: Use) => Ref<undefined>;

export function sleepMethod(site: Site): SleepMethod {
  return function sleep(length, options = {}) {
    const expression = expressLength(length, "The length of w.sleep", sleep);
    const name = options.as ?? shortened(`sleep ${sayLength(expression)}`);
    return addSleep(site, { name, reads: { length: expression } }, options, sleep);
  };
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

export function sleepUntilMethod(site: Site): SleepUntilMethod {
  return function sleepUntil(time, options = {}) {
    const { expression } = express(time, "The time of w.sleepUntil", sleepUntil);
    if (typeof time === "string" && !(TIME.test(time) && Number.isFinite(Date.parse(time)))) {
      throw new DefinitionError(
        `The time "${time}" is not valid. Use the form "2027-01-01T09:00:00Z".`,
        placeOf(sleepUntil),
      );
    }
    const name = options.as ?? shortened(`sleep until ${say(expression)}`);
    return addSleep(site, { name, reads: { until: expression } }, options, sleepUntil);
  };
}

function addSleep(
  site: Site,
  node: { name: string; reads: SleepNode["reads"] },
  options: Use,
  callee: Callee,
): Ref<undefined> {
  return site.add<undefined>(
    { kind: "sleep", segment: undefined, blocks: {}, ...node },
    nothing,
    options,
    callee,
  );
}
