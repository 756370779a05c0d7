import type { Mapping } from "./mapping.ts";

/** Reads a source when it is woken. If it is woken while it reads, it reads again afterwards. */
export class ReadLoop {
  private readonly mapping: Mapping;
  private readonly read: () => Promise<void>;
  private isRunning = false;
  private reading = false;
  private again = false;

  constructor(mapping: Mapping, read: () => Promise<void>) {
    this.mapping = mapping;
    this.read = read;
  }

  get running(): boolean {
    return this.isRunning;
  }

  start(): void {
    this.isRunning = true;
    this.wake();
  }

  stop(): void {
    this.isRunning = false;
  }

  readonly wake = (): void => {
    if (!this.isRunning) return;
    this.again = true;
    if (this.reading) return;
    this.reading = true;
    this.mapping.background.start(`${this.mapping.name} of ${this.mapping.source}`, async () => {
      try {
        while (this.again && this.isRunning) {
          this.again = false;
          await this.read();
        }
      } finally {
        this.reading = false;
      }
    });
  };
}
