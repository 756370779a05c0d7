import { DefinitionError } from "../contract/definition-error.ts";
import type { EventContract } from "../contract/event.ts";
import type { CancelOn } from "../contract/messages/wait-message.ts";
import type { Bindings } from "./bindings.ts";
import { type Expression, say } from "./expression.ts";
import type { Frame } from "./frame.ts";
import { template } from "./jsonata.ts";
import { shortened } from "./names.ts";
import { express } from "./plain-value.ts";
import type { Ref } from "./ref.ts";
import { send } from "./send.ts";
import type { Machine } from "./states.ts";
import type { Workflow } from "./workflow.ts";

/** An event that cancels a run, with the key as the run's own event gives it. */
export interface Cancellation {
  readonly event: EventContract;
  readonly key: Expression;
}

/** Events of each in the history: entered, scheduled, started, succeeded, exited. */
export const CANCELLATION_EVENTS = 5;

/** What cancels a run, by the reference to the event that starts it. */
export function cancellationsOf(
  { name: workflow, cancelOn, place }: Pick<Workflow, "name" | "cancelOn" | "place">,
  started: Ref<any>,
): Cancellation[] {
  const cancellations = cancelOn.map(({ event, key }) => ({
    event,
    key: express(key(started), `The key by which ${event.name} cancels`, place).expression,
  }));
  const names = cancellations.map(nameOf);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice)
    throw new DefinitionError(`Workflow "${workflow}" declares "${twice}" twice. Remove one.`, place);
  return cancellations;
}

/** The name of the state that registers it. */
function nameOf({ event, key }: Cancellation): string {
  return shortened(`cancel on ${event.name} of ${say(key)}`);
}

/** The machine with states in front that register the events that cancel the run, so that none is missed. */
export function listenFirst(
  cancellations: readonly Cancellation[],
  machine: Machine,
  frame: Frame,
  bindings: Bindings,
): Machine {
  return cancellations.reduceRight(({ StartAt, States }, cancellation) => {
    const { event, key } = cancellation;
    const name = nameOf(cancellation);
    const state = {
      ...send<CancelOn>(bindings.waitQueueUrl, {
        kind: "cancel-on",
        event: event.name,
        key: template(key, frame),
      }),
      Next: StartAt,
    };
    return { StartAt: name, States: { [name]: state, ...States } };
  }, machine);
}
