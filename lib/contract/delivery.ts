import { type Duration, milliseconds } from "./duration.ts";

/** How it is watched that each event reaches its subscriber. */
export interface DeliveryOptions {
  /**
   * How long after its publication an event is overdue that its subscriber has neither handled nor put aside. At least
   * a minute. @default "5 minutes", for a reaction the timeout of a try more
   */
  within?: Duration;
  /** Whether it is written down what became of each event. With "none", nobody finds what is overdue. @default "every delivery" */
  ledger?: "every delivery" | "none";
}

/** The same with nothing left open. */
export interface DeliverySpec {
  readonly within: Duration;
  readonly ledger: "every delivery" | "none";
}

export const DEFAULT_WITHIN: Duration = "5 minutes";
/** The ledger looks once a minute. */
const SHORTEST: Duration = "1 minute";

/** Fills in what was left open. `owner` is who says so, for the message: 'Workflow "produce-video"'. Throws a TypeError. */
export function deliverySpec(
  owner: string,
  { within, ledger = "every delivery" }: DeliveryOptions = {},
  otherwise: Duration = DEFAULT_WITHIN,
): DeliverySpec {
  const spec = { within: within ?? otherwise, ledger };
  if (milliseconds(spec.within) >= milliseconds(SHORTEST)) return spec;
  throw new TypeError(
    `${owner}: delivery.within is ${spec.within}; it must be at least ${SHORTEST}, since the ledger is checked once a minute.`,
  );
}
