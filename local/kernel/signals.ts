/**
 * Notifies waiters ("messages in queue X"), so that nothing polls. A signal carries no data and several may
 * be merged into one: the waiter checks the state itself.
 */
export class Signals {
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly raised = new Set<string>();

  /** Calls `wake` after each raise of the topic; the answer stops it. */
  on(topic: string, wake: () => void): () => void {
    const listeners = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, listeners);
    listeners.add(wake);
    return () => {
      listeners.delete(wake);
      if (listeners.size === 0 && this.listeners.get(topic) === listeners) this.listeners.delete(topic);
    };
  }

  /** Wakes the topic's listeners in a microtask of its own, after the caller's change is complete. */
  raise(topic: string): void {
    if (!this.listeners.has(topic) || this.raised.has(topic)) return;
    this.raised.add(topic);
    queueMicrotask(() => {
      this.raised.delete(topic);
      for (const wake of [...(this.listeners.get(topic) ?? [])]) wake();
    });
  }
}
