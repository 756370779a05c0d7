import { Alarm } from "../../kernel/alarm.ts";
import { isThrottling, ServiceError } from "../../kernel/errors.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { queueUrl } from "../../kernel/queue-url.ts";
import { isThrottle } from "../errors.ts";
import type { Execution } from "../invocations.ts";
import { reportedFailures } from "./batch-response.ts";
import { compileMessageFilters } from "./filter.ts";
import { LARGEST_BATCH, type Mapping, type Poller } from "./mapping.ts";
import { backoff, Pauses } from "./pauses.ts";
import { ReadLoop } from "./read-loop.ts";
import { sizeOf } from "./record-text.ts";
import { allowedBatches } from "./scaling.ts";
import { type SqsRecord, sqsRecord } from "./sqs-record.ts";

const LARGEST_RECEIVE = 10;
const LONGEST_BACKOFF = 30_000;
/** How often a mapping without a limit checks whether it may have scaled up. */
const SCALING_STEP = 1000;

interface Batch {
  records: SqsRecord[];
  /** When the first of them was received, milliseconds. */
  received: number;
  /** Number of times that the function could not be invoked. */
  throttles: number;
}

/**
 * Reads a queue for a function. The queue's signal wakes it; it receives without waiting, and only as much as
 * it may invoke, so that no message waits here while its visibility timeout runs. Processed messages are
 * deleted; failed ones stay hidden until their visibility timeout ends.
 */
export class SqsPoller implements Poller {
  private readonly kernel: Kernel;
  private readonly mapping: Mapping;
  private readonly url: string;
  private readonly accepts: (record: SqsRecord) => boolean;
  private readonly partial: boolean;
  private inProgress = 0;
  private gathered: SqsRecord[] = [];
  private gatheredSize = 0;
  private gatheredSince = 0;
  /** Throttled batches that wait for their next attempt. */
  private readonly throttled = new Set<Batch>();
  private readonly pauses: Pauses;
  /** Each retries a call that the queue throttled. */
  private readonly retries = new Set<() => void>();
  private readonly loop: ReadLoop;
  /** Reads again without a signal of the queue. */
  private readonly nextRead: Alarm;
  private cancelWindow: (() => void) | undefined;
  private stopListening: (() => void) | undefined;
  /** Since when the queue has had a backlog; undefined when it was last found empty. */
  private busySince: number | undefined;
  /** The last batch was full. */
  private isBehind = false;
  /** The queue was found empty, and has given no signal since. */
  private drained = false;
  /** Consecutive receives that the queue throttled. */
  private refusals = 0;

  constructor(kernel: Kernel, mapping: Mapping) {
    this.kernel = kernel;
    this.mapping = mapping;
    this.url = queueUrl(kernel, mapping.source);
    this.pauses = new Pauses(kernel.clock);
    this.accepts = compileMessageFilters(mapping.settings);
    this.loop = new ReadLoop(mapping, () => this.read());
    this.nextRead = new Alarm(kernel.clock, this.loop.wake);
    this.partial = mapping.settings.FunctionResponseTypes.length > 0;
  }

  start(): void {
    this.stopListening = this.kernel.signals.on(`sqs:${this.mapping.source}`, () => {
      this.drained = false;
      this.loop.wake();
    });
    this.nextRead.start();
    this.loop.start();
  }

  stop(): void {
    this.loop.stop();
    this.stopListening?.();
    this.pauses.stop();
    for (const retry of this.retries) retry();
    this.nextRead.stop();
    this.cancelWindow?.();
    this.cancelWindow = undefined;
    const held = [...this.throttled].flatMap(({ records }) => records).concat(this.gathered);
    this.throttled.clear();
    this.gathered = [];
    this.gatheredSize = 0;
    if (held.length > 0) {
      const what = `${this.mapping.name}, return to ${this.mapping.source}`;
      this.mapping.background.start(what, () => this.giveBack(held));
    }
  }

  /** Receives until the queue is empty or no further batch may begin. */
  private async read(): Promise<void> {
    const { BatchSize, MaximumBatchingWindowInSeconds } = this.mapping.settings;
    while (this.loop.running && !this.drained && this.mayBegin()) {
      // On AWS another environment starts. Here there are few, and messages that wait for one of them become
      // a batch.
      const free = this.gathered.length === 0 && this.mapping.whenFree(this.isBehind);
      if (free) await free;
      if (!this.loop.running) return;
      const most = Math.min(LARGEST_RECEIVE, BatchSize - this.gathered.length);
      // A signal may arrive while the response is on its way.
      this.drained = true;
      const records = await this.receive(most);
      this.isBehind = records?.length === most;
      if (records?.length === 0) break;
      this.drained = false;
      if (records === undefined) return;
      if (!this.loop.running) return this.giveBack(records);
      this.busySince ??= this.kernel.clock.now();
      for (const record of records) this.gather(record);
      if (this.gathered.length >= BatchSize || MaximumBatchingWindowInSeconds === 0) this.dispatch();
    }
    if (this.drained && this.inProgress === 0) this.busySince = undefined;
  }

  private mayBegin(): boolean {
    const { clock } = this.kernel;
    const busyFor = this.busySince === undefined ? 0 : clock.now() - this.busySince;
    const limit = this.mapping.settings.ScalingConfig?.MaximumConcurrency;
    if (this.inProgress < allowedBatches(busyFor, limit)) return true;
    if (allowedBatches(Number.MAX_SAFE_INTEGER, limit) > this.inProgress) {
      this.nextRead.by(clock.now() + SCALING_STEP);
    }
    return false;
  }

  private async receive(most: number): Promise<SqsRecord[] | undefined> {
    try {
      const { Messages = [] } = await this.call("ReceiveMessage", {
        MaxNumberOfMessages: most,
        WaitTimeSeconds: 0,
        AttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      });
      this.refusals = 0;
      const { source, settings } = this.mapping;
      const overWindow = settings.MaximumBatchingWindowInSeconds > 0;
      return Messages.map((message: any) => sqsRecord(message, source, overWindow));
    } catch (error) {
      this.problem("receive", error);
      // No signal of the queue may follow.
      if (isThrottled(error))
        this.nextRead.by(this.kernel.clock.now() + backoff(this.refusals++, LONGEST_BACKOFF));
      return undefined;
    }
  }

  private gather(record: SqsRecord): void {
    const size = sizeOf(record);
    if (this.gatheredSize + size > LARGEST_BATCH) this.dispatch();
    if (this.gathered.length === 0) this.gatheredSince = this.kernel.clock.now();
    this.gathered.push(record);
    this.gatheredSize += size;
    const window = this.mapping.settings.MaximumBatchingWindowInSeconds;
    if (window > 0) {
      this.cancelWindow ??= this.kernel.clock.at(this.kernel.clock.now() + window * 1000, () =>
        this.dispatch(),
      );
    }
  }

  private dispatch(): void {
    this.cancelWindow?.();
    this.cancelWindow = undefined;
    const records = this.gathered;
    if (records.length === 0) return;
    this.gathered = [];
    this.gatheredSize = 0;
    this.inProgress++;
    this.attempt({ records, received: this.gatheredSince, throttles: 0 });
  }

  /** A throttled batch is retried until its messages become visible to others. */
  private attempt(batch: Batch): void {
    this.mapping.background.start(`${this.mapping.name}, batch of ${this.mapping.source}`, async () => {
      let pause: number | undefined;
      try {
        pause = await this.handle(batch);
      } finally {
        if (pause !== undefined && this.loop.running) {
          this.throttled.add(batch);
          this.pauses.after(pause, () => {
            this.throttled.delete(batch);
            this.attempt({ ...batch, throttles: batch.throttles + 1 });
          });
        } else {
          this.inProgress--;
          this.loop.wake();
        }
      }
    });
  }

  /**
   * Invokes the function with a batch; messages that filters exclude are deleted without it. Returns the
   * pause before the next attempt in milliseconds; undefined if there is none.
   */
  private async handle(batch: Batch): Promise<number | undefined> {
    const wanted = batch.records.filter((record) => this.accepts(record));
    const unwanted = batch.records.filter((record) => !wanted.includes(record));
    if (unwanted.length > 0) await this.delete(unwanted);
    if (wanted.length === 0) return undefined;
    let execution: Execution;
    try {
      execution = await this.mapping.invoke(wanted, wanted[0]!.attributes.AWSTraceHeader);
    } catch (error) {
      if (isThrottle(error)) return this.pauseAfterThrottle({ ...batch, records: wanted });
      this.problem("invoke", error);
      if (!this.loop.running) await this.giveBack(wanted);
      return undefined;
    }
    if (execution.failed) this.mapping.report("PROBLEM: Function call failed");
    else await this.acknowledge(wanted, execution);
    return undefined;
  }

  private async acknowledge(records: SqsRecord[], { payload }: Execution): Promise<void> {
    const failed = this.partial
      ? reportedFailures(payload, new Set(records.map(({ messageId }) => messageId)))
      : NONE;
    if (failed === "all") return this.mapping.report("PROBLEM: Function response is malformed");
    await this.delete(records.filter(({ messageId }) => !failed.has(messageId)));
    this.mapping.report("OK");
  }

  private async pauseAfterThrottle({ received, throttles }: Batch): Promise<number | undefined> {
    this.mapping.report("PROBLEM: Function call was throttled");
    const pause = backoff(throttles, LONGEST_BACKOFF);
    const visible = received + (await this.visibilityTimeout());
    return this.kernel.clock.now() + pause < visible ? pause : undefined;
  }

  private async visibilityTimeout(): Promise<number> {
    const { Attributes } = await this.call("GetQueueAttributes", { AttributeNames: ["VisibilityTimeout"] });
    return Number(Attributes.VisibilityTimeout) * 1000;
  }

  private delete(records: SqsRecord[]): Promise<void> {
    return this.inBatches("delete", "DeleteMessageBatch", records, {});
  }

  /**
   * An orderly stop interrupted the function, or came before it: nothing processes these messages, so they need not
   * wait for their visibility timeout.
   */
  private giveBack(records: SqsRecord[]): Promise<void> {
    return this.inBatches("give back", "ChangeMessageVisibilityBatch", records, { VisibilityTimeout: 0 });
  }

  private async inBatches(
    what: string,
    operation: string,
    records: SqsRecord[],
    members: object,
  ): Promise<void> {
    for (let start = 0; start < records.length; start += LARGEST_RECEIVE) {
      const Entries = records.slice(start, start + LARGEST_RECEIVE).map(({ receiptHandle }, position) => ({
        Id: String(position),
        ReceiptHandle: receiptHandle,
        ...members,
      }));
      await this.unlessThrottled(what, () => this.call(operation, { Entries }));
    }
  }

  /** A call that the queue throttles is retried after a pause; when the mapping stops, for a last time. */
  private async unlessThrottled(what: string, call: () => Promise<unknown>, refusals = 0): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.problem(what, error);
      if (!this.loop.running || !isThrottled(error)) return;
      const retry = () => {
        this.retries.delete(retry);
        this.mapping.background.start(`${this.mapping.name}, ${what} in ${this.mapping.source}`, () =>
          this.unlessThrottled(what, call, refusals + 1),
        );
      };
      this.retries.add(retry);
      this.pauses.after(backoff(refusals, LONGEST_BACKOFF), retry);
    }
  }

  private call(operation: string, input: object): Promise<any> {
    return this.kernel.call(
      "sqs",
      operation,
      { QueueUrl: this.url, ...input },
      { caller: this.mapping.role() },
    );
  }

  private problem(what: string, error: unknown): void {
    const message = `PROBLEM: cannot ${what}: ${(error as Error).message}`;
    this.mapping.report(message);
    if (this.loop.running) this.kernel.report(`${this.mapping.name} of ${this.mapping.source}: ${message}`);
  }
}

const isThrottled = (error: unknown) => error instanceof ServiceError && isThrottling(error);

const NONE: ReadonlySet<string> = new Set();
