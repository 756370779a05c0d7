import type {
  EventWindow,
  Pending,
  Presence,
  PresenceItem,
  WindowItem,
} from "../../../lib/contract/items/window.ts";
import type { Absence, Crossing } from "../../../lib/contract/trigger/threshold.ts";

/** What a trigger remembers of a key. */
interface Remembered<State> {
  /** Undefined before the first write. */
  revision: number | undefined;
  state: State | undefined;
}

export type CountedState = EventWindow & Pick<WindowItem, "pending">;
export type PresentState = Presence & Pick<PresenceItem, "pending">;

/** What a trigger remembers, by key. */
export interface Memory<State> {
  /** Read consistently. */
  read(key: string): Promise<Remembered<State>>;
  /** Answers false if it has changed since it was read. */
  write(key: string, revision: number | undefined, state: State): Promise<boolean>;
}

export interface ThresholdPorts<State, Payload extends Crossing | Absence> {
  memory: Memory<State>;
  /** Publishes it, or quarantines what breaks the contract. Throws if the bus rejects it. */
  publish(pending: Pending<Payload>): Promise<void>;
}
