/** The checkpoint of a shard while lanes finish out of order: the last record before which all are done. */
export class Progress {
  private readonly open: { sequence: string; done: boolean }[] = [];
  private readonly entries = new Map<string, { sequence: string; done: boolean }>();
  private readonly advanced: (sequence: string) => void;

  /** `advanced` is called each time the checkpoint moves. */
  constructor(advanced: (sequence: string) => void) {
    this.advanced = advanced;
  }

  /** In shard order. */
  began(sequence: string): void {
    const entry = { sequence, done: false };
    this.open.push(entry);
    this.entries.set(sequence, entry);
  }

  done(sequences: string[]): void {
    for (const sequence of sequences) {
      const entry = this.entries.get(sequence);
      if (entry) entry.done = true;
    }
    const first = this.open.findIndex((entry) => !entry.done);
    const finished = this.open.splice(0, first < 0 ? this.open.length : first);
    for (const { sequence } of finished) this.entries.delete(sequence);
    const last = finished.at(-1);
    if (last) this.advanced(last.sequence);
  }
}
