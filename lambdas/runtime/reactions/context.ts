import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import type { InputOf } from "../../../lib/contract/schema.ts";
import type { StepContext } from "../work/context.ts";

/** What a reaction's handler receives in addition to the event's payload. */
export interface ReactionContext<Emits extends EventContract = EventContract>
  extends Omit<StepContext, "run" | "soFar" | "emit"> {
  /** The event's id, name and source. */
  event: Omit<Envelope, "data">;
  /** Publishes an event together with the completion of this reaction: both happen or neither. */
  emit<E extends Emits>(contract: E, data: InputOf<E["schema"]>): Promise<void>;
}

export type ReactionFunction<Data, Emits extends EventContract = EventContract> = (
  data: Data,
  context: ReactionContext<Emits>,
) => Promise<void> | void;
