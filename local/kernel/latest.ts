interface Entry<Value> {
  value: Value;
  weight: number;
}

/**
 * A cache of recently used values, by key, up to a total weight. A value that is set or used is in the young
 * generation. When that has half of the total weight, it replaces the old generation, whose values are dropped.
 */
export class Latest<Value> {
  private readonly most: number;
  private young = new Map<string, Entry<Value>>();
  private old = new Map<string, Entry<Value>>();
  /** Total weight of the young generation. */
  private weight = 0;

  constructor(most: number) {
    this.most = most;
  }

  get(key: string): Value | undefined {
    const young = this.young.get(key);
    if (young) return young.value;
    const old = this.old.get(key);
    if (old) this.set(key, old.value, old.weight);
    return old?.value;
  }

  set(key: string, value: Value, weight = 1): void {
    this.weight += weight - (this.young.get(key)?.weight ?? 0);
    this.young.set(key, { value, weight });
    if (this.weight < this.most / 2) return;
    this.old = this.young;
    this.young = new Map();
    this.weight = 0;
  }

  delete(key: string): void {
    this.weight -= this.young.get(key)?.weight ?? 0;
    this.young.delete(key);
    this.old.delete(key);
  }
}
