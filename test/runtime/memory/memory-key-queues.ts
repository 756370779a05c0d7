import type { HeldRun, KeyQueue, KeyQueues, Reminders } from "../../../lambdas/runtime/intake/ports.ts";

/**
 * Per-key queues and reminders in memory. Every call yields first, so that what runs at the same time gets in between.
 * `isHeld`: whether a run is held back at this moment.
 */
export function memoryKeyQueues(isHeld: (run: HeldRun) => boolean = () => true) {
  const stored = new Map<string, Omit<KeyQueue, "queued">>();
  const lines = new Map<string, Map<string, string>>();
  const reminded: { key: string; at: number }[] = [];
  const lineOf = (key: string) => lines.get(key) ?? lines.set(key, new Map()).get(key)!;
  const elsewhere = () => new Promise<void>((resolve) => setImmediate(resolve));
  const empty = { revision: undefined, running: [], passed: [], starts: [] };
  const write: (...given: Parameters<KeyQueues["write"]>) => boolean = (key, { revision, ...state }) => {
    if (stored.get(key)?.revision !== revision) return false;
    stored.set(key, structuredClone({ revision: (revision ?? 0) + 1, ...state }));
    return true;
  };

  const keyQueues: KeyQueues = {
    async read(key) {
      await elsewhere();
      const queued = [...lineOf(key)].map(([order, execution]) => ({ order, execution }));
      queued.sort((a, b) => (a.order < b.order ? -1 : 1));
      return structuredClone({ ...(stored.get(key) ?? empty), queued: queued.slice(0, 25) });
    },
    async queue(key, { execution, order }) {
      await elsewhere();
      lineOf(key).set(order, execution);
    },
    async unqueue(key, { order }) {
      await elsewhere();
      lineOf(key).delete(order);
    },
    async write(key, keyQueue) {
      await elsewhere();
      return write(key, keyQueue);
    },
    async writeWhileHeld(key, keyQueue, runs) {
      await elsewhere();
      return runs.every(isHeld) && write(key, keyQueue);
    },
  };
  const reminders: Reminders = {
    lookAtLane: async (key, at) => void reminded.push({ key, at }),
    lookAgain: async (key, at) => void reminded.push({ key, at }),
  };
  return { keyQueues, reminders, reminded };
}
