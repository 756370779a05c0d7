import { DefinitionError } from "../../contract/definition-error.ts";
import type { Duration } from "../../contract/duration.ts";
import type { DataOf, EventContract } from "../../contract/event.ts";
import type { WaitForEvent } from "../../contract/messages/wait-message.ts";
import { jsonSchemaOf } from "../../contract/schema.ts";
import { MACHINE_ERROR } from "../errors.ts";
import { leave } from "../exit.ts";
import { absent, type Expression, say } from "../expression.ts";
import { bind, code } from "../frame.ts";
import type { NodeBase } from "../graph.ts";
import { claimPath } from "../iteration.ts";
import { condition, template } from "../jsonata.ts";
import { expressLength, inSeconds, sayLength } from "../length.ts";
import { express } from "../plain-value.ts";
import type { Given, Ref, Reference } from "../ref.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "../send.ts";
import { optionally, shapeOf } from "../shape.ts";
import type { Site, Use } from "../site.ts";
import { catcher, only, TIMED_OUT } from "./catch.ts";
import type { Machine, NodeKind, Position } from "./kind.ts";
import { standIn } from "./stand-in.ts";

/** A wait for an event from outside, or for a signal to the run itself. */
export interface WaitNode extends NodeBase {
  readonly kind: "wait";
  readonly segment: string;
  readonly event: EventContract;
  readonly reads: {
    readonly key: Expression;
    /** The timeout. */
    readonly within?: Expression;
  };
  /** What happens if no event arrived by then. */
  readonly otherwise: Otherwise | undefined;
  /** Whether it is addressed to the run: its key is the run's id. */
  readonly signal: boolean;
}

type Otherwise = "fail" | "continue";

type Patience<Then> =
  | {
      /** The timeout. @default the run's deadline */
      within: Duration | Reference<string>;
      /** What happens on a timeout: the run fails, or continues without the event. */
      otherwise: Then;
    }
  | { within?: undefined; otherwise?: undefined };

type WaitUse<Then> = Use & {
  /** Which of these events: the one with this key. */
  key: Given<string>;
} & Patience<Then>;

/**
 * Waits for an event, whether it comes later or came before. One event ends one wait of a run. Returns its
 * payload, or `undefined` if the run continued without the event.
 */
export type WaitForMethod = <Event extends EventContract, const Then extends Otherwise = "fail">(
  event: Event,
  options: WaitUse<Then>,
) => Ref<DataOf<Event> | ("continue" extends Then ? undefined : never)>;

/**
 * Waits for a signal: an event without a key that is sent to this run. Each is taken once, in the order in
 * which they were sent; one that comes before the wait is kept for it. Returns its payload, or `undefined` if
 * the run continued without it.
 */
export type WaitForSignalMethod = <Event extends EventContract, const Then extends Otherwise = "fail">(
  signal: Event,
  options?: Use & Patience<Then>,
) => Ref<DataOf<Event> | ("continue" extends Then ? undefined : never)>;

/** The key of a signal is the id of the run to which it is sent. */
const OWN_ID = code("$states.context.Execution.Input.run.id");

export function waitForMethod(site: Site): WaitForMethod {
  return function waitFor(event, options) {
    const segment = segmentOf(event, options);
    refuseKeyless(event, segment);
    const { expression: key } = express(options.key, `The key of the wait "${segment}"`, waitFor);
    return addWait(site, { segment, event, key, signal: false }, options, waitFor);
  };
}

export function waitForSignalMethod(site: Site): WaitForSignalMethod {
  return function waitForSignal(signal, options = {}) {
    const segment = segmentOf(signal, options);
    refuseKeyed(signal, segment);
    return addWait(site, { segment, event: signal, key: OWN_ID, signal: true }, options, waitForSignal);
  };
}

function segmentOf({ name }: EventContract, { as }: Use): string {
  return as ?? name.replaceAll(".", "-");
}

function addWait(
  site: Site,
  { segment, event, key, signal }: Pick<WaitNode, "segment" | "event" | "signal"> & { key: Expression },
  options: Use & Patience<Otherwise>,
  callee: (...args: never) => unknown,
): Ref<any> {
  const payload = shapeOf(jsonSchemaOf(event.schema, "output", `event "${event.name}"`));
  const { otherwise } = options;
  const within = options.within && expressLength(options.within, `How long "${segment}" waits`, callee);
  const reads = { key, ...(within && { within }) };
  return site.add<any, WaitNode>(
    { kind: "wait", name: segment, segment, event, reads, blocks: {}, otherwise, signal },
    otherwise === "continue" ? optionally(payload) : payload,
    options,
    callee,
  );
}

/** It would be matched by that key, and not by the run. */
function refuseKeyed({ name, key }: EventContract, segment: string): void {
  if (key === undefined) return;
  throw new DefinitionError(
    `The wait "${segment}" is for a signal, and the event "${name}" has a key, by which it is matched. Use w.waitFor with that key, or remove the key from the event.`,
  );
}

/** No event would ever match: by default, events have no key. */
function refuseKeyless({ name, key }: EventContract, segment: string): void {
  if (key !== undefined) return;
  throw new DefinitionError(
    `The wait "${segment}" would never end: the event "${name}" has no key. Say in its definition which field is the key: defineEvent("${name}", { …, key: (data) => data.id }).`,
  );
}

export const waitKind: NodeKind<WaitNode> = {
  describe: ({ name, event, reads: { key, within }, otherwise, signal }) =>
    `${name}: wait for ${signal ? `the signal ${event.name}` : `${event.name} of ${say(key)}`}${within ? ` within ${sayLength(within)}, otherwise ${otherwise}` : ""}`,

  // Entered, scheduled, started, submitted, succeeded, exited; and a state for an event that may be late.
  events: ({ otherwise }) => 6 + (otherwise ? 2 : 0),

  compile(node, position) {
    const { name, segment, event, reads } = node;
    const { frame, exit, bindings, deadline } = position;
    const late = reads.within && compileLate(node, reads.within, position);
    return {
      [name]: {
        ...sendAndWait<WaitForEvent>(bindings.waitQueueUrl, {
          kind: "event",
          event: event.name,
          key: template(reads.key, frame),
          path: claimPath(segment, frame),
          ...ENTRY,
        }),
        TimeoutSeconds: reads.within ? inSeconds(reads.within, frame) : deadline,
        Retry: [RETRY_SEND],
        ...(late && { Catch: [catcher(TIMED_OUT, late.StartAt, frame)] }),
        ...leave(exit, bind(frame, name, code("$states.result"))),
      },
      ...late?.States,
    };
  },
};

/** The path if no event arrived in time. */
function compileLate(
  { name, event, reads, otherwise, signal }: WaitNode,
  within: Expression,
  position: Position,
): Machine {
  const timedOut = `${name} timed out`;
  if (otherwise === "continue") return standIn(only(absent), name, timedOut, position);
  const { frame } = position;
  const cause: Expression = {
    kind: "call",
    operator: "text",
    operands: [
      ...(signal
        ? [literal(`No signal ${event.name}`)]
        : [literal(`No ${event.name} with the key `), reads.key]),
      literal(" came within "),
      within,
      literal("."),
    ],
  };
  return {
    StartAt: timedOut,
    States: {
      [timedOut]: { Type: "Fail", Error: MACHINE_ERROR.waitTimedOut, Cause: condition(cause, frame) },
    },
  };
}

function literal(value: string): Expression {
  return { kind: "literal", value };
}
