import type { ChangeRun } from "../../../lib/contract/command.ts";
import type { ItemKey } from "../../../lib/contract/keys.ts";
import type { AwaitedEventItem, WaiterItem, WaitKey } from "../../../lib/contract/table.ts";
import type { DeferMessagePorts } from "../defer/defer-message.ts";
import type { Artifacts, Executions, Metrics, Runs } from "../ports.ts";
import type { StartConditionReader } from "../work/ports.ts";
import type { Meeting } from "./match.ts";

/** Waiters and awaited events. Reads are consistent; each write counts the item's revision and sets its time. */
export interface Waits {
  /** Who meets under a name and key. With `run`, only the waiters of that run. */
  meeting(point: WaitKey, run?: string): Promise<Meeting>;
  waiter(key: ItemKey): Promise<WaiterItem | undefined>;
  /** Puts an item in the place of `before`, or where there is none. Returns false if there is another by now. */
  put<Entry extends WaiterItem | AwaitedEventItem>(before: Entry | undefined, after: Entry): Promise<boolean>;
  /** Writes a match, `after`, unless the waiter has changed or its taker has taken the event: then answers false. */
  take(before: WaiterItem, after: WaiterItem): Promise<boolean>;
  /** Writes a waiter that has lost its event, which its taker may take again. Answers false where it has changed. */
  giveBack(before: WaiterItem, after: WaiterItem): Promise<boolean>;
}

/** How states that waited were left. */
export interface TaskHistory {
  /** Whether the state that gave out the token was left by an answer. */
  answered(workflow: string, execution: string, token: string): Promise<boolean>;
}

/** Who ends runs before their time. */
export interface Terminator {
  /** Has a run terminated; the same command again does nothing. */
  terminate(command: ChangeRun): Promise<void>;
}

export interface WaitPorts extends DeferMessagePorts {
  waits: Waits;
  runs: Pick<Runs, "read">;
  startConditions: StartConditionReader;
  executions: Pick<Executions, "succeed" | "fail">;
  history: TaskHistory;
  terminator: Terminator;
  /** Where large values of a run are kept. */
  artifacts(workflow: string, run: string): Artifacts;
  metrics: Metrics;
}
