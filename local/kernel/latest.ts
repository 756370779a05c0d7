/** A cache of the most recently used values, by key, up to a total weight. */
export class Latest<Value> {
  private readonly most: number;
  /** The least recently used first. */
  private readonly entries = new Map<string, { value: Value; weight: number }>();
  private total = 0;

  constructor(most: number) {
    this.most = most;
  }

  get(key: string): Value | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  /** The newest entry stays, whatever its weight. */
  set(key: string, value: Value, weight = 1): void {
    this.delete(key);
    this.entries.set(key, { value, weight });
    this.total += weight;
    for (const oldest of this.entries.keys()) {
      if (this.total <= this.most || oldest === key) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.total -= this.entries.get(key)?.weight ?? 0;
    this.entries.delete(key);
  }
}
