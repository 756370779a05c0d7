import type { Kernel } from "../../kernel/kernel.ts";
import type { Mapping, Poller } from "./mapping.ts";
import { ShardReader } from "./shard-reader.ts";
import { Shards } from "./shards.ts";

/** Reads a DynamoDB stream for a function: its shards in parallel, woken by the stream's signal. */
export class StreamPoller implements Poller {
  private readonly kernel: Kernel;
  private readonly mapping: Mapping;
  private readonly shards: Shards;
  private readonly readers = new Map<string, ShardReader>();
  private stopListening: (() => void) | undefined;
  private reading = false;
  private again = false;
  private running = false;

  constructor(kernel: Kernel, mapping: Mapping) {
    this.kernel = kernel;
    this.mapping = mapping;
    this.shards = new Shards(kernel, mapping.source, mapping.uuid, () => mapping.role());
  }

  start(): void {
    this.running = true;
    this.stopListening = this.kernel.signals.on(`dynamodb-stream:${this.mapping.source}`, () => this.wake());
    this.wake();
  }

  stop(): void {
    this.running = false;
    this.stopListening?.();
    for (const reader of this.readers.values()) reader.stop();
  }

  private wake(): void {
    if (!this.running) return;
    this.again = true;
    if (this.reading) return;
    this.reading = true;
    this.mapping.background.start(`${this.mapping.name} of ${this.mapping.source}`, async () => {
      try {
        while (this.again && this.running) {
          this.again = false;
          // Records that are written at the same moment are read at once.
          await this.kernel.store.flushed();
          await this.read();
        }
      } catch (error) {
        const message = `PROBLEM: cannot read: ${(error as Error).message}`;
        this.mapping.report(message);
        this.kernel.report(`${this.mapping.name} of ${this.mapping.source}: ${message}`);
      } finally {
        this.reading = false;
      }
    });
  }

  private async read(): Promise<void> {
    if (this.readers.size === 0) {
      for (const shard of await this.shards.list()) {
        this.readers.set(
          shard,
          new ShardReader(this.kernel, this.mapping, this.shards, shard, () => this.wake()),
        );
      }
    }
    for (const reader of this.readers.values()) await reader.read();
  }
}
