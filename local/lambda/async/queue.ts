import { ServiceError } from "../../kernel/errors.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Background } from "../background.ts";
import { isThrottle } from "../errors.ts";
import type { Functions, Target } from "../functions.ts";
import type { Execution, Invocations, Request } from "../invocations.ts";
import type { InvokeConfigs } from "./config.ts";
import { type Condition, Destinations, type Ending } from "./destinations.ts";

interface Row {
  id: number;
  function: string;
  qualifier: string;
  request_id: string;
  payload: string;
  trace: string | null;
  accepted: number;
  attempts: number;
  delays: number;
}

/** One minute before the second attempt, two before the third. */
const RETRY_DELAYS = [60_000, 120_000];
/** If Lambda could not run the function: from one second, doubling, up to five minutes. */
const FIRST_DELAY = 1000;
const LONGEST_DELAY = 5 * 60_000;
/** Maximum number of concurrent attempts; the rest waits in the table. */
const AT_ONCE = 500;

/**
 * Events of asynchronous invocations: each is a row until it was handled, sent to a destination or dropped.
 */
export class AsyncQueue {
  private readonly kernel: Kernel;
  private readonly functions: Functions;
  private readonly invocations: Invocations;
  private readonly configs: InvokeConfigs;
  private readonly background: Background;
  private readonly destinations: Destinations;
  private running = 0;
  private started = false;
  private alarm: { time: number; cancel: () => void } | undefined;

  constructor(
    kernel: Kernel,
    functions: Functions,
    invocations: Invocations,
    configs: InvokeConfigs,
    background: Background,
  ) {
    this.kernel = kernel;
    this.functions = functions;
    this.invocations = invocations;
    this.configs = configs;
    this.background = background;
    this.destinations = new Destinations(kernel);
    kernel.store.run("UPDATE lambda_async SET due = ? WHERE due IS NULL", kernel.clock.now());
  }

  accept({ version, qualifier }: Target, { event, requestId, trace }: Request): void {
    const now = this.kernel.clock.now();
    this.kernel.store.run(
      "INSERT INTO lambda_async (function, qualifier, request_id, payload, trace, accepted, due) VALUES (?, ?, ?, ?, ?, ?, ?)",
      version.name,
      qualifier ?? "",
      requestId,
      event,
      trace ?? this.invocations.newTrace(),
      now,
      now,
    );
    this.takeDue();
  }

  start(): void {
    this.started = true;
    this.takeDue();
  }

  stop(): void {
    this.started = false;
    this.alarm?.cancel();
    this.alarm = undefined;
  }

  private takeDue(): void {
    if (!this.started) return;
    const { store, clock } = this.kernel;
    const rows = store.all<Row>(
      "SELECT * FROM lambda_async WHERE due <= ? ORDER BY due, id LIMIT ?",
      clock.now(),
      AT_ONCE - this.running,
    );
    for (const row of rows) {
      store.run("UPDATE lambda_async SET due = NULL WHERE id = ?", row.id);
      this.running++;
      this.background.start(`lambda: asynchronous invocation of ${row.function}`, async () => {
        try {
          await this.attempt(row);
        } finally {
          this.running--;
          this.takeDue();
        }
      });
    }
    if (this.running < AT_ONCE) this.arm();
  }

  private arm(): void {
    const { due } = this.kernel.store.get(
      "SELECT min(due) AS due FROM lambda_async WHERE due IS NOT NULL",
    ) as {
      due: number | null;
    };
    if (due === null || (this.alarm && this.alarm.time <= due)) return;
    this.alarm?.cancel();
    const wake = () => {
      this.alarm = undefined;
      this.takeDue();
    };
    this.alarm = { time: due, cancel: this.kernel.clock.at(due, wake) };
  }

  private async attempt(row: Row): Promise<void> {
    const qualifier = row.qualifier === "" ? undefined : row.qualifier;
    const target = this.target(row.function, qualifier);
    if (!target) return this.finish(row);
    const config = this.configs.effective(row.function, row.qualifier);
    const { clock } = this.kernel;
    const tooOld = (time: number) => time - row.accepted >= config.maximumAge * 1000;

    // Disabling a function (concurrency 0) includes its events: they do not wait.
    if (this.functions.row(row.function).reserved === 0) {
      return this.end(row, target, "ZeroReservedConcurrency", { code: 429, message: "Rate Exceeded." });
    }
    let execution: Execution;
    try {
      execution = await this.invocations.run(target, {
        event: row.payload,
        requestId: row.request_id,
        trace: row.trace ?? undefined,
      });
    } catch (error) {
      const delay = Math.min(FIRST_DELAY * 2 ** row.delays, LONGEST_DELAY);
      if (!tooOld(clock.now() + delay)) return this.later(row, delay, row.attempts, row.delays + 1);
      const code = isThrottle(error) ? 429 : 500;
      return this.end(row, target, "EventAgeExceeded", { code, message: (error as Error).message });
    }
    const attempts = row.attempts + 1;
    if (!execution.failed) return this.end({ ...row, attempts }, target, "Success", undefined, execution);
    const delay = RETRY_DELAYS[row.attempts];
    if (delay === undefined || attempts > config.retries) {
      return this.end({ ...row, attempts }, target, "RetriesExhausted", undefined, execution);
    }
    if (tooOld(clock.now() + delay)) {
      return this.end({ ...row, attempts }, target, "EventAgeExceeded", undefined, execution);
    }
    this.later(row, delay, attempts, 0);
  }

  /** Undefined if the function, or the version or alias of it, was deleted since. */
  private target(name: string, qualifier: string | undefined): Target | undefined {
    try {
      return this.functions.resolve(name, qualifier);
    } catch (error) {
      if (error instanceof ServiceError) return undefined;
      throw error;
    }
  }

  private later(row: Row, delay: number, attempts: number, delays: number): void {
    this.kernel.store.run(
      "UPDATE lambda_async SET attempts = ?, delays = ?, due = ? WHERE id = ?",
      attempts,
      delays,
      this.kernel.clock.now() + delay,
      row.id,
    );
  }

  /** Sends to the destination first: after a crash, sending twice is better than never. */
  private async end(
    row: Row,
    target: Target,
    condition: Condition,
    refusal: { code: number; message: string } | undefined,
    execution?: Execution,
  ): Promise<void> {
    const config = this.configs.effective(row.function, row.qualifier);
    const { request_id: requestId, attempts, payload } = row;
    const trace = row.trace ?? undefined;
    const ending: Ending = { target, requestId, attempts, payload, trace, condition, refusal, execution };
    const success = condition === "Success";
    const destination = success ? config.onSuccess : config.onFailure;
    try {
      if (destination !== undefined) await this.destinations.send(destination, ending);
      if (!success && target.version.settings.DeadLetterArn !== undefined) {
        await this.destinations.deadLetter(target.version.settings.DeadLetterArn, ending);
      }
    } catch (error) {
      this.kernel.report(
        `lambda: an event of ${target.arn} is dropped, since its destination refused it: ${(error as Error).message}`,
      );
    }
    this.finish(row);
  }

  private finish(row: Row): void {
    this.kernel.store.run("DELETE FROM lambda_async WHERE id = ?", row.id);
  }
}
