import { type Duration, seconds } from "../../contract/duration.ts";
import { absent, type Expression, say } from "../expression.ts";
import { bind } from "../frame.ts";
import { express } from "../given.ts";
import type { NodeBase } from "../graph.ts";
import { template } from "../jsonata.ts";
import { leave } from "../leave.ts";
import { shortened } from "../names.ts";
import { DefinitionError, placeOf } from "../recording.ts";
import type { Given, Ref } from "../ref.ts";
import { nothing } from "../shape.ts";
import type { Site, Use } from "../site.ts";
import type { NodeKind } from "./kind.ts";

/** A pause, for a length of time or until a time. */
export interface SleepNode extends NodeBase {
  readonly kind: "sleep";
  readonly length: Duration | undefined;
  readonly reads: { readonly until?: Expression };
}

/** Lets time pass: for `after` of what has to wait. Costs nothing meanwhile. */
export type SleepMethod = (length: Duration, options?: Use) => Ref<undefined>;

/** Lets time pass until then: ISO 8601 with a zone, "2027-01-01T09:00:00Z". What is past goes on at once. */
export type SleepUntilMethod = (time: Given<string>, options?: Use) => Ref<undefined>;

export function sleepMethod(site: Site): SleepMethod {
  return function sleep(length, options = {}) {
    const name = options.as ?? `sleep ${length}`;
    seconds(length);
    return addSleep(site, { name, length, reads: {} }, options, sleep);
  };
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

export function sleepUntilMethod(site: Site): SleepUntilMethod {
  return function sleepUntil(time, options = {}) {
    const { expression } = express(time, "The time of w.sleepUntil", sleepUntil);
    if (typeof time === "string" && !(TIME.test(time) && Number.isFinite(Date.parse(time)))) {
      throw new DefinitionError(
        `The time "${time}" at ${placeOf(sleepUntil)} is none. Write it as in "2027-01-01T09:00:00Z".`,
      );
    }
    const name = options.as ?? shortened(`sleep until ${say(expression)}`);
    return addSleep(site, { name, length: undefined, reads: { until: expression } }, options, sleepUntil);
  };
}

function addSleep(
  site: Site,
  node: { name: string; length: Duration | undefined; reads: SleepNode["reads"] },
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
  describe: ({ name, length, reads }) => {
    const text = length === undefined ? `sleep until ${say(reads.until!)}` : `sleep ${length}`;
    return name === text ? text : `${name}: ${text}`;
  },

  // Entered, exited.
  events: () => 2,

  compile({ name, length, reads }, { frame, exit, deadline }) {
    if (length !== undefined && seconds(length) > deadline) {
      throw new DefinitionError(
        `"${name}" lasts ${length}, longer than a run may take. Give the workflow a longer deadline.`,
      );
    }
    return {
      [name]: {
        Type: "Wait",
        ...(length === undefined
          ? { Timestamp: template(reads.until!, frame) as string }
          : { Seconds: seconds(length) }),
        ...leave(exit, bind(frame, name, absent)),
      },
    };
  },
};
