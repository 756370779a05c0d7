import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { ItemKey } from "../../../lib/contract/keys.ts";
import type { BreakerItem, ClaimItem, ControlItem } from "../../../lib/contract/table.ts";
import type { QuarantinePorts } from "../intake/quarantine.ts";
import type { DeliveryReceipts } from "../ledger/ports.ts";
import type { About } from "../log-fields.ts";
import type { Artifacts } from "../ports.ts";
import type { WorkPorts } from "../work/ports.ts";

/** What decides whether an event is to be handled now, read consistently and at once. */
export interface ReactionStart {
  /** What became of the event before. */
  claim: ClaimItem | undefined;
  control: ControlItem | undefined;
  breaker: BreakerItem | undefined;
}

export interface ReactionStarts {
  read(claim: ItemKey, reaction: string, breaker: string | undefined): Promise<ReactionStart>;
}

/** Where messages wait for a person that code could not handle. */
export interface DeadLetters {
  /** Keeps a message as it was, with the reason as its attributes. */
  put(body: string, reason: FailureRecord): Promise<void>;
}

export interface ReactPorts
  extends Omit<WorkPorts, "startConditions" | "executions" | "artifacts" | "budgets">,
    QuarantinePorts {
  starts: ReactionStarts;
  deadLetters: DeadLetters;
  deliveries: DeliveryReceipts;
  about?: About;
  /** Files of a handling, by its id. */
  artifactsOf: (handling: string) => Artifacts;
}
