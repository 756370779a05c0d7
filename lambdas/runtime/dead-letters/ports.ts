import type { DeadLetterItem, DeployedQueue, ResolvedDeadLetter } from "../../../lib/contract/table.ts";
import type { ListPart, Wanting } from "../list-part.ts";
import type { Claims, Executions, Log, Metrics, Now, Runs } from "../ports.ts";

export interface AnswerPorts {
  claims: Pick<Claims, "read">;
  /** Answers the state that waits for a step whose effect is done. */
  executions: Pick<Executions, "succeed" | "fail">;
  log: Log;
}

/** Dead letters, as the desk takes them in and people settle them. */
export interface DeadLetterDesk {
  /** Stores a dead letter unless it is stored already. Returns the stored one, and whether it is new. */
  keep(item: DeadLetterItem): Promise<{ kept: DeadLetterItem; isNew: boolean }>;
  /** The dead letter with all of its body, read consistently. */
  read(id: string): Promise<DeadLetterItem | undefined>;
  /** Notes what was decided, and the body that was sent where that is another. Then it is listed no longer. */
  settle(id: string, resolved: ResolvedDeadLetter, edited: string | undefined): Promise<void>;
  /** Ids of what died by `until` (ISO), oldest first, at most `limit`; of one subscriber, or of all. What has just been resolved may be among them. */
  unsettled(subscriber: string | undefined, until: string, limit: number): Promise<string[]>;
}

/** The queues that dead letters came from. */
export interface OriginQueues {
  /** Sends a message as it is. Answers false where there is no such queue any more, or none that may be sent to. */
  send(queueUrl: string, body: string, run: string | undefined): Promise<boolean>;
}

export interface TakeInPorts extends AnswerPorts {
  deadLetters: Pick<DeadLetterDesk, "keep">;
  /** The queues that are deployed. */
  queues(): Promise<DeployedQueue[]>;
  runs: Pick<Runs, "change">;
  /** URL of a queue of this app. */
  sibling: string;
  retentionDays: number;
  now: Now;
  log: Log;
  metrics: Metrics;
}

/** What people look at. */
export interface DeadLetterReader {
  /** Those that are not resolved, newest first, a page of at most 100; of one subscriber, or of all. Large bodies are left out. */
  list(wanting: Wanting & { subscriber?: string | undefined }): Promise<ListPart<DeadLetterItem>>;
  /** The dead letter with all of its body, read consistently. */
  read(id: string): Promise<DeadLetterItem | undefined>;
}
