import { DefinitionError } from "../definition-error.ts";
import type { EventContract } from "../event.ts";
import { type RequestOptions, type RequestTriggerSpec, requestTrigger, type Senders } from "./request.ts";

/** Contracts by the `type` of the CloudEvents that become their events. */
export type CloudEventTypes = Readonly<Record<string, EventContract>>;

type CloudEventsOptions<Types extends CloudEventTypes> = RequestOptions &
  Senders & {
    /** The contract of each `type` that is taken. */
    types: Types;
    /** How a CloudEvent of another type is handled. @default "quarantine" */
    otherTypes?: "quarantine" | "ignore";
    /** Senders that may ask for permission to send, by what they write into `WebHook-Request-Origin`; "*" is any. @default none */
    origins?: readonly string[];
  };

/** A URL to which a sender posts CloudEvents. */
export interface CloudEventsSpec<Types extends CloudEventTypes = CloudEventTypes> extends RequestTriggerSpec {
  readonly types: Types;
  readonly otherTypes: "quarantine" | "ignore";
  readonly origins: readonly string[];
}

/** Declares a webhook for CloudEvents 1.0. Throws a DefinitionError that names the invalid option. */
export function defineCloudEvents<const Types extends CloudEventTypes>(
  name: string,
  { types, otherTypes = "quarantine", origins = [], ...options }: CloudEventsOptions<Types>,
): CloudEventsSpec<Types> {
  const kind = "CloudEvents webhook";
  const events = [...new Set(Object.values(types))];
  if (events.length === 0)
    throw new DefinitionError(
      `${kind} "${name}": "types" is empty. Name at least one type and its contract.`,
    );
  return {
    ...requestTrigger(kind, name, events, options),
    types,
    otherTypes,
    origins,
    methods: origins.length > 0 ? ["POST", "OPTIONS"] : ["POST"],
  };
}
