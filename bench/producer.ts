import { Worker } from "node:worker_threads";

/** Where a producer sends events, and how SDK clients reach it. */
export interface Destination {
  bus: string;
  client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
}

export interface Event {
  name: string;
  payload: object;
}

/**
 * A producer in a thread of its own, since producers are other programs: what they spend is not part of the local
 * cloud. It publishes by the SDK, over HTTP; events that wait for an answer to an earlier call share the next one.
 */
export class Producer {
  private readonly worker: Worker;
  private readonly sent = new Map<number, PromiseWithResolvers<void>>();
  private waiting: (Event & { id: number })[] = [];
  private lastId = 0;

  constructor(destination: Destination) {
    this.worker = new Worker(new URL("./producer-thread.ts", import.meta.url), { workerData: destination });
    this.worker.on("message", ({ ids, error }: { ids: number[]; error?: string }) => {
      for (const id of ids) {
        const { resolve, reject } = this.sent.get(id)!;
        this.sent.delete(id);
        if (error === undefined) resolve();
        else reject(new Error(error));
      }
    });
  }

  /** Resolves when the bus has accepted all of them. */
  async publish(events: Event[]): Promise<void> {
    const numbered = events.map((event) => ({ id: ++this.lastId, ...event }));
    const accepted = numbered.map(({ id }) => {
      const settle = Promise.withResolvers<void>();
      this.sent.set(id, settle);
      return settle.promise;
    });
    if (this.waiting.length === 0) process.nextTick(() => this.post());
    this.waiting.push(...numbered);
    await Promise.all(accepted);
  }

  /** What one moment brings is one message: to wake the other thread is expensive. */
  private post(): void {
    this.worker.postMessage(this.waiting);
    this.waiting = [];
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
