import { TASK_ERROR } from "../../../../lib/contract/failure.ts";
import type { Executions } from "../../ports/executions.ts";
import type { WorkOutcome } from "../outcome.ts";

type Fail = Executions["fail"];
type Timed = Extract<WorkOutcome, { at: number }>;

/** A failure of a step that its state does not know yet. */
interface Failure {
  /** Whether a person is asked about it. */
  asks: boolean;
  send(): ReturnType<Fail>;
}

/**
 * How those steps of a delivery ended that are not done, and what follows for their message.
 *
 * A step that fails finally ends the group at once, as a branch ends a Parallel. A step that is retried, or
 * about which a person is asked, does not: the other branches continue to their ends first, since the message
 * of the retry would find their claims held.
 */
export class Ends {
  private readonly outcomes: WorkOutcome[] = [];
  private readonly errors: unknown[] = [];
  private readonly failures: Failure[] = [];
  private isFinal = false;
  private reported: WorkOutcome | undefined;

  /** Whether a step has failed finally: no other one begins. */
  get isOver(): boolean {
    return this.isFinal;
  }

  /** The port by which a step fails. */
  failuresBy(fail: Fail): Fail {
    return async (token, error, cause) => {
      const asks = error.startsWith(TASK_ERROR.ask);
      const failure: Failure = { asks, send: () => fail(token, error, cause) };
      this.isFinal ||= !asks && !error.startsWith(TASK_ERROR.retry);
      // A person is asked about an effect in doubt also if another step has failed finally.
      const isNow = this.isFinal && !this.reported && ![failure, ...this.failures].some((one) => one.asks);
      if (isNow) return await this.report(failure);
      this.failures.push(failure);
      return "delivered";
    };
  }

  ended(outcome: WorkOutcome): void {
    this.outcomes.push(outcome);
  }

  /** The infrastructure failed. */
  threw(error: unknown): void {
    this.errors.push(error);
  }

  /**
   * The outcome of the message; undefined if every step that began is done. Only one that is deferred, or
   * handed over, keeps a failure: that is reported when the message is delivered again, so that nothing begins before
   * its time.
   */
  async outcome(deferred: WorkOutcome | undefined): Promise<WorkOutcome | undefined> {
    if (this.reported) return this.reported;
    const waiting = deferred ?? this.inOrder("handed over").at(-1);
    if (waiting) return waiting;
    if (this.errors.length > 0) throw this.errors[0];
    const failure = this.failures.find(({ asks }) => asks) ?? this.failures[0];
    if (failure) await this.report(failure);
    return this.reported ?? this.inOrder("later")[0] ?? this.outcomes[0];
  }

  private async report(failure: Failure): ReturnType<Fail> {
    const delivery = await failure.send();
    this.reported = { kind: "reported", answer: "failure", delivered: delivery === "delivered" };
    return delivery;
  }

  /** The outcomes of a kind, by their times. */
  private inOrder(kind: Timed["kind"]): Timed[] {
    const found = this.outcomes.filter((outcome): outcome is Timed => outcome.kind === kind);
    return found.toSorted((one, other) => one.at - other.at);
  }
}
