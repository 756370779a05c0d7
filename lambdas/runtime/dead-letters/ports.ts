import type { DeadLetterItem, DeployedQueue, ResolvedDeadLetter } from "../../../lib/contract/table.ts";
import type { Claims } from "../ports/claims.ts";
import type { Now } from "../ports/clock.ts";
import type { Executions } from "../ports/executions.ts";
import type { ListPart, Wanting } from "../ports/list-part.ts";
import type { Runs } from "../ports/runs.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";

export interface AnswerPorts {
  claims: Pick<Claims, "read" | "find">;
  /** Answers the state that waits for a step whose effect is done. */
  executions: Pick<Executions, "succeed" | "fail">;
  log: Log;
}

/** Dead letters, as the collector stores them and operators resolve them. */
export interface DeadLetterStore {
  /** Stores a dead letter unless it is stored already. Returns the stored one, and whether it is new. */
  keep(item: DeadLetterItem): Promise<{ kept: DeadLetterItem; isNew: boolean }>;
  /** The dead letter with its whole body, read consistently. */
  read(id: string): Promise<DeadLetterItem | undefined>;
  /**
   * Records the decision, and the body that was sent if it was edited. Then the dead letter is listed no
   * longer.
   */
  resolve(id: string, resolved: ResolvedDeadLetter, edited: string | undefined): Promise<void>;
  /**
   * Ids of letters that were dead by `until` (ISO), oldest first, at most `limit`; of one subscriber, or of
   * all. Letters that have just been resolved may be among them.
   */
  unresolved(subscriber: string | undefined, until: string, limit: number): Promise<string[]>;
}

/** The queues from which dead letters came. */
export interface OriginQueues {
  /**
   * Sends a message unchanged. Answers false if the queue no longer exists, or if sending is not permitted
   * any more.
   */
  send(queueUrl: string, body: string, run: string | undefined): Promise<boolean>;
}

export interface TakeInPorts extends AnswerPorts {
  deadLetters: Pick<DeadLetterStore, "keep">;
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

/** The operator's view. */
export interface DeadLetterReader {
  /**
   * Those that are not resolved, newest first, a page of at most 100; of one subscriber, or of all. Without
   * large bodies.
   */
  list(wanting: Wanting & { subscriber?: string | undefined }): Promise<ListPart<DeadLetterItem>>;
  /** The dead letter with its whole body, read consistently. */
  read(id: string): Promise<DeadLetterItem | undefined>;
}
