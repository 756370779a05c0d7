import { DefinitionError } from "../../../contract/definition-error.ts";
import type { Duration } from "../../../contract/duration.ts";
import type { DataOf, EventContract } from "../../../contract/event.ts";
import { refuseOther } from "../../../contract/refuse-other.ts";
import { jsonSchemaOf } from "../../../contract/schema.ts";
import type { Expression } from "../../expression.ts";
import { code } from "../../frame.ts";
import type { WaitNode } from "../../graph.ts";
import { expressLength } from "../../length.ts";
import { type Callee, placeOf } from "../../place.ts";
import { express } from "../../plain-value.ts";
import type { Given, Ref, Reference } from "../../ref.ts";
import { optionally, shapeOf } from "../../shape.ts";
import type { Site, Use } from "../../site.ts";
import { refuseOtherwise } from "../otherwise.ts";

type Otherwise = NonNullable<WaitNode["otherwise"]>;

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
    const segment = segmentOf(event, options, waitFor);
    refuseKeyless(event, segment);
    const { expression: key } = express(options.key, `The key of the wait "${segment}"`, waitFor);
    return addWait(site, { segment, event, key, signal: false }, options, waitFor);
  };
}

export function waitForSignalMethod(site: Site): WaitForSignalMethod {
  return function waitForSignal(signal, options = {}) {
    const segment = segmentOf(signal, options, waitForSignal);
    refuseKeyed(signal, segment);
    return addWait(site, { segment, event: signal, key: OWN_ID, signal: true }, options, waitForSignal);
  };
}

function segmentOf(event: EventContract, { as }: Use, callee: Exclude<Callee, string>): string {
  refuseOther(event, {
    has: "schema",
    use: `w.${callee.name} waits for`,
    instead: "an event. Give it what defineEvent returns.",
    place: () => placeOf(callee),
  });
  return as ?? event.name.replaceAll(".", "-");
}

function addWait(
  site: Site,
  { segment, event, key, signal }: Pick<WaitNode, "segment" | "event" | "signal"> & { key: Expression },
  options: Use & Patience<Otherwise>,
  callee: Callee,
): Ref<any> {
  const payload = shapeOf(jsonSchemaOf(event.schema, "output", `event "${event.name}"`));
  const { otherwise } = options;
  refuseOtherwise(`The wait "${segment}"`, otherwise, ["fail", "continue"], callee);
  const within = options.within && expressLength(options.within, `How long "${segment}" waits`, callee);
  const reads = { key, ...(within && { within }) };
  return site.add<any>(
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
