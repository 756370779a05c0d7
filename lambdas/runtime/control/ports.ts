import type { ControlTarget } from "../../../lib/contract/keys/control.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import type { CommandOutcome, ControlMessage, ForceBreaker } from "../../../lib/contract/messages/command.ts";
import type { SettingsCatalogue } from "../../../lib/contract/settings/catalogue.ts";
import type {
  CommandItem,
  ControlItem,
  DeferReason,
  DeferredItem,
  OperatorAction,
  RunItem,
  SettingsItem,
} from "../../../lib/contract/table.ts";
import type { EndPorts } from "../completion/ports.ts";
import type { DeadLetterStore, OriginQueues } from "../dead-letters/ports.ts";
import type { ResendPorts } from "../defer/resend.ts";
import type { Executions } from "../ports/executions.ts";
import type { QuarantineStore } from "../ports/quarantine.ts";
import type { CommandOf } from "../ports/runs.ts";
import type { QueueRegister } from "../release/ports.ts";
import type { ReplayStore } from "../replay/ports.ts";

/** Commands that were carried out. */
export interface Commands {
  find(key: string): Promise<CommandItem | undefined>;
  /** Stores a command unless there is one with its key. Returns the stored one. */
  keep(command: CommandItem): Promise<CommandItem>;
}

/** The item of a command, for an outcome: to be stored in the same write as the change. */
export type Keep = (outcome: CommandOutcome) => CommandItem;

/** What operators decided about workflows, other subscribers, breakers and shared limits. */
export interface Controls {
  /** Read consistently. */
  read(target: ControlTarget, name: string): Promise<ControlItem | undefined>;
  /** Changes the item by a function of its current state; the first action starts from an empty item. */
  change(
    target: ControlTarget,
    name: string,
    transition: (control: ControlItem) => ControlItem,
    also?: StoredWithControl,
  ): Promise<ControlItem>;
  /** A revision of the settings. */
  settings(target: ControlTarget, name: string, revision: number): Promise<SettingsItem | undefined>;
}

/** What is stored in the same write as a change, given the item after it. */
export interface StoredWithControl {
  /** Throws `CommandKept` if it is stored already. */
  command: CommandOf<ControlItem>;
  /** The revision that the change made, if it changed settings. */
  settings?: ((after: ControlItem) => SettingsItem) | undefined;
}

/** Messages and runs that wait until an operator resumes. */
export interface Waiting {
  /** Messages of a run that are deferred for this reason, or for any; at most `limit`. Read consistently. */
  deferredOfRun(run: string, reason: DeferReason | undefined, limit: number): Promise<DeferredItem[]>;
  /** The same for a workflow or a reaction; a message that was just deferred may be missing. */
  deferredOfWorkflow(workflow: string, reason: DeferReason, limit: number): Promise<DeferredItem[]>;
  /**
   * Runs of a workflow that were accepted by `until` (ISO) and are held, oldest first, at most `limit`; a
   * very new one may be missing, and a run that was just released may be included.
   */
  heldRuns(workflow: string, until: string, limit: number): Promise<string[]>;
  /** Runs of a workflow that are not started, among its `limit` oldest open ones; a very new one may be missing. */
  acceptedRuns(workflow: string, limit: number): Promise<RunItem[]>;
  /** Keys of messages that should have been sent again by `time` (ISO), at most `limit`. */
  overdueDeferred(time: string, limit: number): Promise<ItemKey[]>;
}

export interface ControlPorts extends EndPorts, ResendPorts {
  commands: Commands;
  controls: Controls;
  waiting: Waiting;
  quarantineStore: QuarantineStore;
  deadLetters: Pick<DeadLetterStore, "read" | "resolve" | "unresolved">;
  originQueues: OriginQueues;
  /** Answers the state that waits for a discarded message. */
  executions: Pick<Executions, "fail">;
  queues: Pick<QueueRegister, "list" | "read">;
  replays: ReplayStore;
  forceBreaker(breaker: string, state: ForceBreaker["state"], order: OperatorAction): Promise<void>;
  /** Sends to the control function itself, after `delay` milliseconds. */
  remind(message: ControlMessage, delay: number): Promise<void>;
  /** The settings that the deployment has. */
  settings: SettingsCatalogue;
  /** Names of the workflows that are deployed. */
  workflows: readonly string[];
  /** Names of the reactions that are deployed. */
  reactions: readonly string[];
  /** How long the archive keeps events. */
  archiveDays: number;
  /** How long items are kept: the retention after the longest run. */
  retentionDays: number;
}
