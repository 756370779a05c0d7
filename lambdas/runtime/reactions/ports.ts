import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import type { StoredSettings } from "../../../lib/contract/settings/stored.ts";
import type { BreakerItem, ClaimItem, ControlItem } from "../../../lib/contract/table.ts";
import type { QuarantinePorts } from "../events/quarantine.ts";
import type { DeliveryReceipts } from "../ledger/ports.ts";
import type { Artifacts } from "../ports/files.ts";
import type { About } from "../telemetry/log-fields.ts";
import type { WorkPorts } from "../work/ports.ts";

/** The start conditions of an event's handling, in one consistent read. */
export interface ReactionStart {
  /** The earlier outcome of the event. */
  claim: ClaimItem | undefined;
  control: ControlItem | undefined;
  breaker: BreakerItem | undefined;
  /** What operators have set for the breaker; may be a second old. */
  breakerSettings?: StoredSettings | undefined;
}

export interface ReactionStarts {
  read(claim: ItemKey, reaction: string, breaker: string | undefined): Promise<ReactionStart>;
}

/** Storage for messages that a person must look at. */
export interface DeadLetters {
  /** Stores a message unchanged, with the reason in its attributes. */
  put(body: string, reason: FailureRecord): Promise<void>;
}

export interface ReactPorts
  extends Omit<WorkPorts, "startConditions" | "executions" | "artifacts" | "budgets">,
    QuarantinePorts {
  starts: ReactionStarts;
  deadLetters: DeadLetters;
  deliveries: DeliveryReceipts;
  about?: About;
  /** Files of a reaction run, by its id. */
  artifactsOf: (handling: string) => Artifacts;
}
