import type { QueueRegister } from "../../../lambdas/runtime/release/ports.ts";
import type { DryRunEvent, ReplayStore, Replays } from "../../../lambdas/runtime/replay/ports.ts";
import type { DeployedQueue, DeployedQueueItem, ReplayItem } from "../../../lib/contract/table.ts";

/** Deployed queues in memory. */
export function memoryQueues(...deployed: DeployedQueue[]): QueueRegister & { names(): string[] } {
  const queues = new Map(deployed.map((queue) => [queue.name, queue]));
  return {
    list: async () => [...queues.values()] as DeployedQueueItem[],
    read: async (name) => queues.get(name) as DeployedQueueItem | undefined,
    keep: async (queue) => void queues.set(queue.name, queue),
    async remove({ name, queueUrl }) {
      if (queues.get(name)?.queueUrl === queueUrl) queues.delete(name);
    },
    names: () => [...queues.keys()].sort(),
  };
}

/** Replays in memory. `busy`: the bus takes no more of them. */
export function memoryReplays({ busy = false } = {}) {
  const items = new Map<string, ReplayItem>();
  const started: { replay: string; rules: readonly string[] }[] = [];
  const counts: Record<string, number> = {};
  const seen = new Map<string, DryRunEvent>();
  const store: ReplayStore = {
    async keep(replay) {
      const kept = items.get(replay.replay) ?? replay;
      items.set(kept.replay, kept);
      return kept;
    },
    async start({ replay }, rules) {
      if (busy) return "too many";
      if (!started.some((one) => one.replay === replay)) started.push({ replay, rules });
      return "started";
    },
    async announce({ replay }) {
      items.set(replay, { ...items.get(replay)!, list: "replay#0" });
    },
    async cancel(replay, cancelled) {
      const item = items.get(replay);
      if (!item) return "over";
      items.set(replay, { ...item, cancelled });
      return "cancelled";
    },
  };
  const replays: Replays = {
    find: async (replay) => items.get(replay),
    async count(_replay, subscriber, outcome) {
      const met = `${subscriber} ${outcome}`;
      counts[met] = (counts[met] ?? 0) + 1;
    },
    async recordDryRun(replay, event) {
      const key = `${replay} ${event.subscriber} ${event.id}`;
      const earlier = seen.get(key);
      if (!earlier) seen.set(key, event);
      return earlier;
    },
  };
  return { ...store, ...replays, items, started, counts };
}
