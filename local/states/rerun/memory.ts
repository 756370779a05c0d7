import type { Frame } from "../frame.ts";
import type { Run, Source } from "../run.ts";

/** What an execution remembers between its advances, kept in memory only. */
export class Memory {
  private readonly frames = new Map<number, Frame>();
  private readonly items = new Map<number, { input: string; output: string | null }[]>();
  private progress = { lastEvent: 0, lastFrame: -1 };

  readonly source: Source = {
    frame: (id) => this.frames.get(id),
    frames: () => [...this.frames.values()].sort((a, b) => a.id - b.id),
    item: (frame, index) => this.items.get(frame)![index]!.input,
    results: (frame) => (this.items.get(frame) ?? []).map(({ output }) => output),
  };

  /** Ids of the last event and of the newest frame. */
  get reached(): { lastEvent: number; lastFrame: number } {
    return this.progress;
  }

  /** Takes over what an advance changed. */
  save(run: Run): void {
    for (const { frame, index, input } of run.items) {
      const items = this.items.get(frame) ?? [];
      items[index] = { input, output: null };
      this.items.set(frame, items);
    }
    for (const { frame, index, output } of run.outputs) this.items.get(frame)![index]!.output = output;
    for (const removed of run.removed) this.frames.delete(removed);
    for (const frame of run.changed.values()) this.frames.set(frame.id, frame);
    this.progress = { lastEvent: run.lastEvent, lastFrame: run.lastFrame };
  }
}
