import type { Call } from "./calls.ts";

const ENDINGS = new Set(["run.succeeded", "run.failed", "run.timed-out", "run.terminated"]);

/** Follows runs by what the relay publishes: a run has ended when its end is on the bus. */
export class Runs {
  private readonly ended = new Set<string>();
  private readonly listeners = new Set<() => void>();

  /** Takes what `observeCalls` reports. Throws where a run did not succeed: then there is nothing to measure. */
  readonly observe = ({ service, operation, input, error }: Call): void => {
    if (service !== "events" || operation !== "PutEvents" || error) return;
    const endings = input.Entries.filter(({ DetailType }: any) => ENDINGS.has(DetailType));
    if (endings.length === 0) return;
    for (const { DetailType, Detail } of endings) {
      if (DetailType !== "run.succeeded") throw new Error(`A run did not succeed: ${DetailType} ${Detail}`);
      this.ended.add(JSON.parse(Detail).run);
    }
    for (const listener of [...this.listeners]) listener();
  };

  get count(): number {
    return this.ended.size;
  }

  /** Resolves when `count` runs have ended in all; `progress` is called after each change until then. */
  async reached(count: number, progress: () => void = () => {}): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = () => {
        if (this.count < count) return progress();
        this.listeners.delete(look);
        resolve();
      };
      this.listeners.add(look);
      look();
    });
  }
}
