import { DefinitionError } from "./definition-error.ts";
import { type Duration, milliseconds } from "./duration.ts";

/** Options of the delivery ledger for a subscriber. */
export interface DeliveryOptions {
  /**
   * The time after its publication when an event is overdue that its subscriber has neither handled nor
   * deferred. At least one minute. @default "5 minutes", for a reaction plus the timeout of an attempt
   */
  within?: Duration;
  /** Whether the result of each delivery is recorded. With "none", overdue events are not found. @default "every delivery" */
  ledger?: "every delivery" | "none";
}

/** The same with all defaults. */
export interface DeliverySpec {
  readonly within: Duration;
  readonly ledger: "every delivery" | "none";
}

export const DEFAULT_WITHIN: Duration = "5 minutes";
/** The ledger looks once a minute. */
const SHORTEST: Duration = "1 minute";

/**
 * Fills in the defaults. `owner` names the subscriber in messages: 'Workflow "produce-video"'. Throws a
 * DefinitionError.
 */
export function deliverySpec(
  owner: string,
  { within, ledger = "every delivery" }: DeliveryOptions = {},
  otherwise: Duration = DEFAULT_WITHIN,
): DeliverySpec {
  const spec = { within: within ?? otherwise, ledger };
  if (milliseconds(spec.within) >= milliseconds(SHORTEST)) return spec;
  throw new DefinitionError(
    `${owner}: delivery.within is ${spec.within}; it must be at least ${SHORTEST}, since the ledger is checked once a minute.`,
  );
}
