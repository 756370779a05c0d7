import { DefinitionError } from "../../contract/definition-error.ts";
import { type Duration, seconds } from "../../contract/duration.ts";
import { leave } from "../exit.ts";
import { absent, type Expression, say } from "../expression.ts";
import { bind } from "../frame.ts";
import type { NodeBase } from "../graph.ts";
import { template } from "../jsonata.ts";
import { expressLength, inSeconds, isWritten, sayLength } from "../length.ts";
import { shortened } from "../names.ts";
import { express } from "../plain-value.ts";
import { placeOf } from "../recording.ts";
import type { Given, Ref, Reference } from "../ref.ts";
import { nothing } from "../shape.ts";
import type { Site, Use } from "../site.ts";
import type { NodeKind } from "./kind.ts";

/** A pause, for a duration or until a time. */
export interface SleepNode extends NodeBase {
  readonly kind: "sleep";
  readonly reads: { readonly length: Expression } | { readonly until: Expression };
}

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
        `The time "${time}" at ${placeOf(sleepUntil)} is not valid. Use the form "2027-01-01T09:00:00Z".`,
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
  callee: (...args: never) => unknown,
): Ref<undefined> {
  return site.add<undefined, SleepNode>(
    { kind: "sleep", segment: undefined, blocks: {}, ...node },
    nothing,
    options,
    callee,
  );
}

export const sleepKind: NodeKind<SleepNode> = {
  describe: ({ name, reads }) => {
    const text = "until" in reads ? `sleep until ${say(reads.until)}` : `sleep ${sayLength(reads.length)}`;
    return name === text ? text : `${name}: ${text}`;
  },

  // Entered, exited.
  events: () => 2,

  compile({ name, reads }, { frame, exit, deadline }) {
    if ("length" in reads && isWritten(reads.length) && seconds(reads.length.value) > deadline) {
      throw new DefinitionError(
        `"${name}" lasts ${reads.length.value}, longer than the deadline of the workflow. Set a longer deadline.`,
      );
    }
    return {
      [name]: {
        Type: "Wait",
        ...("until" in reads
          ? { Timestamp: template(reads.until, frame) as string }
          : { Seconds: inSeconds(reads.length, frame) }),
        ...leave(exit, bind(frame, name, absent)),
      },
    };
  },
};
