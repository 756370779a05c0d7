import type { ControlMessage, ForceBreaker } from "../../../lib/contract/command.ts";
import type { ControlTarget, ItemKey } from "../../../lib/contract/keys.ts";
import type { CommandItem, ControlItem, Order, ParkedItem } from "../../../lib/contract/table.ts";
import type { EndPorts } from "../completion/ports.ts";
import type { DeadLetterDesk, OriginQueues } from "../dead-letters/ports.ts";
import type { ResendPorts } from "../defer/resend.ts";
import type { Executions, QuarantineDesk } from "../ports.ts";
import type { QueueRegister } from "../release/ports.ts";
import type { ReplayDesk } from "../replay/ports.ts";

/** Commands that were carried out. */
export interface Commands {
  find(key: string): Promise<CommandItem | undefined>;
  /** Keeps a command unless one of its key is kept. Answers the one that stands. */
  keep(command: CommandItem): Promise<CommandItem>;
}

/** What people have ordered for workflows and other subscribers. */
export interface Controls {
  /** Consistently read. */
  read(target: ControlTarget, name: string): Promise<ControlItem | undefined>;
  /** Changes the order by a function of how it stands; a first order is made from an item without any. */
  change(
    target: ControlTarget,
    name: string,
    transition: (control: ControlItem) => ControlItem,
  ): Promise<ControlItem>;
}

/** What lies aside until somebody resumes. */
export interface Waiting {
  /** Messages of a run that were parked by `until` (ISO), at most `limit`. */
  parkedOfRun(run: string, until: string, limit: number): Promise<ParkedItem[]>;
  /** The same of a workflow or a reaction; one that was parked a moment ago may be missing. */
  parkedOfWorkflow(workflow: string, until: string, limit: number): Promise<ParkedItem[]>;
  /** Runs of a workflow that were accepted by `until` and not started, oldest first; a very new one may be missing. */
  heldRuns(workflow: string, until: string, limit: number): Promise<string[]>;
  /** Keys of messages that should have been sent again by `time` (ISO), at most `limit`. */
  overdueParked(time: string, limit: number): Promise<ItemKey[]>;
}

export interface ControlPorts extends EndPorts, ResendPorts {
  commands: Commands;
  controls: Controls;
  waiting: Waiting;
  quarantineDesk: QuarantineDesk;
  deadLetters: Pick<DeadLetterDesk, "read" | "settle" | "unsettled">;
  originQueues: OriginQueues;
  /** Answers what waits for a message that is discarded. */
  executions: Pick<Executions, "fail">;
  queues: Pick<QueueRegister, "list">;
  replays: ReplayDesk;
  forceBreaker(breaker: string, state: ForceBreaker["state"], order: Order): Promise<void>;
  /** Sends to the control function itself, after `delay` milliseconds. */
  remind(message: ControlMessage, delay: number): Promise<void>;
  /** Names of the workflows that are deployed. */
  workflows: readonly string[];
  /** Names of the reactions that are deployed. */
  reactions: readonly string[];
  retentionDays: number;
}
