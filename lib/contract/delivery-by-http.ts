import { type BreakerSpec, defineBreaker } from "./breaker.ts";
import type { DeliveryOptions } from "./delivery.ts";
import type { Duration } from "./duration.ts";
import type { EventContract } from "./event.ts";
import type { Pattern } from "./pattern.ts";
import { defineReaction, type ReactionSpec } from "./reaction.ts";
import type { InputOf } from "./schema.ts";
import type { RetryPolicy } from "./work.ts";

/** Where the attributes of a CloudEvent are: in the body, or in headers. */
export type CloudEventMode = "structured" | "binary";

type On = EventContract | readonly EventContract[];
type EventsOf<O extends On> = O extends readonly EventContract[] ? O : readonly [Extract<O, EventContract>];

interface CloudEventDeliveryOptions<O extends On> {
  /** The event that is delivered, or several. */
  on: O;
  /** Which of these events, by what producers send in the fields that all of them have. @default all */
  where?: Pattern<InputOf<EventsOf<O>[number]["schema"]>>;
  /** The signature covers the body and the id: in binary mode, no other attribute. @default "structured" */
  mode?: CloudEventMode;
  /** How long the receiver may take to answer. @default "20 seconds" */
  timeout?: Duration;
  /** @default 8 attempts, from 10 seconds to an hour apart: more than 20 minutes in all */
  retry?: RetryPolicy;
  /** How many requests may run at once. @default 10 */
  concurrency?: number;
  /** Stops requests while the receiver is down. @default one of the delivery's own name */
  breaker?: BreakerSpec;
  /** The deadline to handle or defer each event. */
  delivery?: DeliveryOptions;
}

/** A reaction that posts events to a URL, as CloudEvents. */
export interface CloudEventDeliverySpec<
  Name extends string = string,
  Events extends readonly EventContract[] = readonly EventContract[],
> extends ReactionSpec<Name, Events, readonly []> {
  readonly posts: CloudEventMode;
}

/** Declares a delivery. Its URL is `destinations` of the deployment. Throws a DefinitionError as `defineReaction` does. */
export function defineCloudEventDelivery<const Name extends string, const O extends On>(
  name: Name,
  {
    mode = "structured",
    timeout = "20 seconds",
    retry = { attempts: 8, backoff: "10 seconds", maxDelay: "1 hour" },
    breaker,
    ...options
  }: CloudEventDeliveryOptions<O>,
): CloudEventDeliverySpec<Name, EventsOf<O>> {
  const rest = { ...options, timeout, retry, breaker: breaker ?? defineBreaker(name) };
  return { ...defineReaction<Name, O>(name, rest), posts: mode };
}
