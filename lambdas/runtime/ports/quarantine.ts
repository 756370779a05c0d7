import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { QuarantineItem, ResolvedEvent } from "../../../lib/contract/table.ts";

/** Storage for events that are not admitted. */
export interface Quarantine {
  /**
   * Stores the event; the same one twice is stored once. A released event that is quarantined again is open
   * again.
   */
  keep(item: QuarantineItem): Promise<void>;
}

/** The operator's decisions about quarantined events. */
export interface QuarantineStore {
  /** The event with its whole body, read consistently. */
  read(id: string): Promise<QuarantineItem | undefined>;
  /** Records the decision. Later decisions replace earlier ones. `released` is published. */
  resolve(id: string, resolved: ResolvedEvent, released?: Envelope): Promise<void>;
}
