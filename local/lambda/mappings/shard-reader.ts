import { createHash } from "node:crypto";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Execution } from "../invocations.ts";
import { reportedFailures } from "./batch-response.ts";
import { sendDiscarded } from "./discard.ts";
import { compileFilters } from "./filter.ts";
import { LARGEST_BATCH, type Mapping } from "./mapping.ts";
import { backoff, Pauses } from "./pauses.ts";
import { Progress } from "./progress.ts";
import { sizeOf } from "./record-text.ts";
import type { ShardCursor, Shards } from "./shards.ts";
import {
  afterFailure,
  type DiscardReason,
  type StreamBatch,
  type StreamRecord,
  streamRecord,
  withJsonOf,
} from "./stream-batch.ts";

/** A stream keeps a record for a day; older ones are discarded, whatever the mapping says. */
const RETENTION = 24 * 3600 * 1000;
const LONGEST_BACKOFF = 60_000;
/** As many as one GetRecords call may answer: accepted records do not wait while more are looked through. */
const MOST_READ = 1_000;

/**
 * Records of one item stay in one lane, and a lane works on one batch at a time: so an item's order is
 * preserved.
 */
interface Lane {
  waiting: StreamRecord[];
  /** Its pending batches, tried in this order. */
  pending: StreamBatch[];
  busy: boolean;
  /** Consecutive attempts at which Lambda could not run the function. */
  refusals: number;
  last: Execution | undefined;
  /** The arrival time of the oldest pending record, in milliseconds. */
  since: number;
  cancelWindow: (() => void) | undefined;
}

/** Reads one shard for a mapping, in as many lanes as its ParallelizationFactor says. */
export class ShardReader {
  private readonly kernel: Kernel;
  private readonly mapping: Mapping;
  private readonly shard: string;
  private readonly cursor: ShardCursor;
  private readonly ready: () => void;
  private readonly accepts: (record: unknown) => boolean;
  private readonly lanes: Lane[];
  private readonly progress: Progress;
  private readonly pauses: Pauses;
  private running = true;

  /** `ready` is called when there is room for more records. */
  constructor(kernel: Kernel, mapping: Mapping, shards: Shards, shard: string, ready: () => void) {
    this.kernel = kernel;
    this.mapping = mapping;
    this.shard = shard;
    this.ready = ready;
    this.accepts = compileFilters(mapping.settings);
    this.lanes = Array.from({ length: mapping.settings.ParallelizationFactor ?? 1 }, () => ({
      waiting: [],
      pending: [],
      busy: false,
      refusals: 0,
      last: undefined,
      since: 0,
      cancelWindow: undefined,
    }));
    this.pauses = new Pauses(kernel.clock);
    this.cursor = shards.resume(shard);
    this.progress = new Progress((sequence) => shards.advance(shard, sequence));
  }

  stop(): void {
    this.running = false;
    for (const lane of this.lanes) lane.cancelWindow?.();
    this.pauses.stop();
  }

  /**
   * Reads the records of the shard for which there is room, and starts the lanes. While all lanes are busy,
   * nothing is read: the first to finish reads the new records at once.
   */
  async read(): Promise<void> {
    while (this.running && !this.lanes.every(({ busy }) => busy)) {
      const found = await this.fill();
      for (const lane of this.lanes) this.advance(lane);
      if (found === 0) return;
    }
  }

  /** Reads several times, since the filters may leave out most records. Answers how many it read. */
  private async fill(): Promise<number> {
    let found = 0;
    for (let room = this.room(); room > 0 && found < MOST_READ && this.running; room = this.room()) {
      const records = await this.cursor.read(room);
      found += records.length;
      this.done(records.filter((record) => !this.take(record)));
      if (records.length < room) break;
    }
    return found;
  }

  /** One batch is kept ready for each lane. */
  private room(): number {
    const most = this.mapping.settings.BatchSize * this.lanes.length;
    return most - this.lanes.reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  /** Puts a record of the stream into its lane. False if the filters leave it out. */
  private take(given: any): boolean {
    this.progress.began(given.dynamodb.SequenceNumber);
    const record = streamRecord(given, this.mapping.source);
    if (!this.accepts(record)) return false;
    const lane = this.lanes[laneOf(record, this.lanes.length)]!;
    if (lane.waiting.length === 0) lane.since = this.kernel.clock.now();
    lane.waiting.push(withJsonOf(given, record));
    return true;
  }

  private done(records: StreamRecord[]): void {
    this.progress.done(records.map(({ dynamodb }) => dynamodb.SequenceNumber));
  }

  private advance(lane: Lane): void {
    const { BatchSize, MaximumBatchingWindowInSeconds } = this.mapping.settings;
    if (lane.busy || lane.waiting.length === 0 || !this.running) return;
    const due = lane.since + MaximumBatchingWindowInSeconds * 1000;
    if (lane.waiting.length < BatchSize && due > this.kernel.clock.now()) {
      lane.cancelWindow ??= this.kernel.clock.at(due, () => {
        lane.cancelWindow = undefined;
        this.advance(lane);
      });
      return;
    }
    lane.cancelWindow?.();
    lane.cancelWindow = undefined;
    lane.busy = true;
    lane.pending = [{ records: takeBatch(lane.waiting, BatchSize), failures: 0 }];
    lane.since = this.kernel.clock.now();
    this.work(lane);
  }

  /** Processes the pending batches, with pauses between the attempts. */
  private work(lane: Lane): void {
    this.mapping.background.start(`${this.mapping.name}, batch of ${this.mapping.source}`, async () => {
      while (lane.pending.length > 0 && this.running) {
        const pause = await this.attempt(lane);
        if (pause > 0 && this.running) {
          this.pauses.after(pause, () => this.work(lane));
          return;
        }
      }
      lane.busy = false;
      this.advance(lane);
      this.ready();
    });
  }

  /** Tries the first pending batch once. Returns the pause of the lane after it, in milliseconds. */
  private async attempt(lane: Lane): Promise<number> {
    const batch = await this.withoutExpired(lane.pending.shift()!, lane.last);
    if (batch.records.length === 0) return 0;
    try {
      lane.last = await this.mapping.invoke(batch.records);
      lane.refusals = 0;
    } catch (error) {
      // Lambda could not run the function: that is not a failure of the records, and is retried until they
      // are too old.
      this.mapping.report(`PROBLEM: ${(error as Error).message}`);
      lane.pending.unshift(batch);
      return backoff(lane.refusals++, LONGEST_BACKOFF);
    }
    const failed = this.failedOf(batch, lane.last);
    if (failed !== "all" && failed.size === 0) {
      this.done(batch.records);
      this.mapping.report("OK");
      return 0;
    }
    this.mapping.report("PROBLEM: Function call failed");
    const { next, discarded } = afterFailure(
      batch,
      failed === "all" ? undefined : failed,
      this.mapping.settings,
    );
    const kept = new Set([...next, ...(discarded ? [discarded] : [])].flatMap((one) => one.records));
    this.done(batch.records.filter((record) => !kept.has(record)));
    if (discarded) await this.discard(discarded, "RetryAttemptsExhausted", lane.last);
    lane.pending.unshift(...next);
    return next.length === 1 ? backoff(batch.failures, LONGEST_BACKOFF) : 0;
  }

  private failedOf({ records }: StreamBatch, { failed, payload }: Execution): "all" | ReadonlySet<string> {
    if (failed) return "all";
    if (this.mapping.settings.FunctionResponseTypes.length === 0) return new Set();
    return reportedFailures(payload, new Set(records.map(({ dynamodb }) => dynamodb.SequenceNumber)));
  }

  /** Discards records at the head that are too old. */
  private async withoutExpired(batch: StreamBatch, last: Execution | undefined): Promise<StreamBatch> {
    const { MaximumRecordAgeInSeconds: seconds = -1 } = this.mapping.settings;
    const age = seconds < 0 ? RETENTION : Math.min(seconds * 1000, RETENTION);
    const oldest = this.kernel.clock.now() - age;
    const isYoung = ({ dynamodb }: StreamRecord) => dynamodb.ApproximateCreationDateTime * 1000 >= oldest;
    const young = batch.records.findIndex(isYoung);
    if (young === 0) return batch;
    const count = young < 0 ? batch.records.length : young;
    await this.discard({ ...batch, records: batch.records.slice(0, count) }, "RecordAgeExceeded", last);
    return { ...batch, records: batch.records.slice(count) };
  }

  private async discard(
    batch: StreamBatch,
    condition: DiscardReason,
    execution: Execution | undefined,
  ): Promise<void> {
    try {
      const { shard } = this;
      await sendDiscarded(this.kernel, this.mapping, { shard, batch, condition, execution });
    } catch (error) {
      this.kernel.report(
        `${this.mapping.name}: the on-failure destination refused ${batch.records.length} records of ${this.mapping.source}: ${(error as Error).message}`,
      );
    }
    this.done(batch.records);
  }
}

function laneOf({ dynamodb }: StreamRecord, lanes: number): number {
  if (lanes === 1) return 0;
  return createHash("md5").update(JSON.stringify(dynamodb.Keys)).digest().readUInt32BE() % lanes;
}

/**
 * Removes the next batch from the pending records: at most `most` records, and within the size limit of an
 * invocation.
 */
function takeBatch(waiting: StreamRecord[], most: number): StreamRecord[] {
  let size = 0;
  let count = 0;
  while (count < Math.min(most, waiting.length)) {
    size += sizeOf(waiting[count]!);
    if (size > LARGEST_BATCH && count > 0) break;
    count++;
  }
  return waiting.splice(0, count);
}
