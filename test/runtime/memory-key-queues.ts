import type { KeyQueue, KeyQueues, Reminders } from "../../lambdas/runtime/intake/ports.ts";

/** Per-key queues and reminders in memory. Every call yields first, so that what runs at the same time gets in between. */
export function memoryKeyQueues() {
  const stored = new Map<string, Omit<KeyQueue, "queued">>();
  const lines = new Map<string, Map<string, string>>();
  const reminded: { key: string; at: number }[] = [];
  const lineOf = (key: string) => lines.get(key) ?? lines.set(key, new Map()).get(key)!;
  const elsewhere = () => new Promise<void>((resolve) => setImmediate(resolve));
  const empty = { revision: undefined, running: [], passed: [], starts: [] };

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
    async write(key, { revision, ...state }) {
      await elsewhere();
      if (stored.get(key)?.revision !== revision) return false;
      stored.set(key, structuredClone({ revision: (revision ?? 0) + 1, ...state }));
      return true;
    },
  };
  const reminders: Reminders = {
    lookAgain: async (key, at) => void reminded.push({ key, at }),
  };
  return { keyQueues, reminders, reminded };
}
