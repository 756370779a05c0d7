import type { Kernel } from "../../kernel/kernel.ts";
import type { Mapping, Poller } from "./mapping.ts";
import { ReadLoop } from "./read-loop.ts";
import { ShardReader } from "./shard-reader.ts";
import { Shards } from "./shards.ts";

/** Reads a DynamoDB stream for a function: its shards in parallel, woken by the stream's signal. */
export class StreamPoller implements Poller {
  private readonly kernel: Kernel;
  private readonly mapping: Mapping;
  private readonly shards: Shards;
  private readonly loop: ReadLoop;
  private readonly readers = new Map<string, ShardReader>();
  private stopListening: (() => void) | undefined;

  constructor(kernel: Kernel, mapping: Mapping) {
    this.kernel = kernel;
    this.mapping = mapping;
    this.shards = new Shards(kernel, mapping.source, mapping.uuid, () => mapping.role());
    this.loop = new ReadLoop(mapping, () => this.read());
  }

  start(): void {
    this.stopListening = this.kernel.signals.on(`dynamodb-stream:${this.mapping.source}`, this.loop.wake);
    this.loop.start();
  }

  stop(): void {
    this.loop.stop();
    this.stopListening?.();
    for (const reader of this.readers.values()) reader.stop();
  }

  private async read(): Promise<void> {
    try {
      // Records that are written at the same moment are read at once: AWS reads a stream a few times a second.
      await this.kernel.store.flushed();
      await this.kernel.whenIdle();
      await this.readShards();
    } catch (error) {
      const message = `PROBLEM: cannot read: ${(error as Error).message}`;
      this.mapping.report(message);
      this.kernel.report(`${this.mapping.name} of ${this.mapping.source}: ${message}`);
    }
  }

  private async readShards(): Promise<void> {
    if (this.readers.size === 0) {
      for (const shard of await this.shards.list()) {
        this.readers.set(
          shard,
          new ShardReader(this.kernel, this.mapping, this.shards, shard, this.loop.wake),
        );
      }
    }
    for (const reader of this.readers.values()) await reader.read();
  }
}
