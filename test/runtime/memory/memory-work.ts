import type { DeferredMessages, StepQueues, Wakeups } from "../../../lambdas/runtime/defer/ports.ts";
import type { Artifacts, SharedFile, SharedFiles } from "../../../lambdas/runtime/ports/files.ts";
import { counted } from "../../../lambdas/runtime/work/breaker/counts.ts";
import type { Breakers } from "../../../lambdas/runtime/work/breaker/ports.ts";
import type { Budgets, StartConditionReader } from "../../../lambdas/runtime/work/ports.ts";
import { add, partsOf } from "../../../lib/contract/budget.ts";
import { breakerKey, controlKey } from "../../../lib/contract/keys/control.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type {
  BreakerItem,
  ControlItem,
  DeferredItem,
  RunItem,
  TableItem,
} from "../../../lib/contract/table.ts";
import type { memory } from "./memory.ts";

/** The worker's ports over the items of `memory`. */
export function memoryWork(state: ReturnType<typeof memory>) {
  const { get, put, remove } = state;
  const runOf = (run: string) => get(runKey(run)) as RunItem | undefined;

  const startConditions: StartConditionReader = {
    read: async (run, workflow, breaker, options = {}) => ({
      ...(await state.startConditions.read(run, workflow, breaker, options)),
      run: options.known ?? runOf(run),
      workflow: get(controlKey("workflow", workflow)) as ControlItem | undefined,
      breaker: breaker === undefined ? undefined : (get(breakerKey(breaker)) as BreakerItem | undefined),
      breakerSettings:
        breaker === undefined
          ? undefined
          : (get(controlKey("breaker", breaker)) as ControlItem | undefined)?.settings,
    }),
  };

  const breakers: Breakers = {
    read: async (breaker) => get(breakerKey(breaker)) as BreakerItem | undefined,
    async write(item, revision) {
      const stored = get(item) as BreakerItem | undefined;
      if (stored?.revision !== revision) return stored;
      put(item);
      return undefined;
    },
    async count({ breaker, revision }, writer, observation) {
      const stored = get(breakerKey(breaker)) as BreakerItem;
      if (stored.revision !== revision) return { counted: false, item: stored };
      if (stored.writer === writer) return { counted: true, item: stored };
      const item = { ...stored, ...counted(stored, observation), writer };
      put(item);
      return { counted: true, item };
    },
  };

  const budgets: Budgets = {
    async reserve(run, key, owner, estimate) {
      const item = runOf(run)!;
      if (!item.budget) return { kind: "unlimited" };
      const { limit, free, reserved } = item.budget;
      const done = { kind: "reserved" as const, owner, usage: estimate, limit };
      const earlier = reserved[key];
      if (earlier?.owner === owner) return done;
      if (partsOf(limit).some((part) => free[part]! < estimate[part])) return { kind: "refused", free };
      if (earlier) item.budget.spent = add(item.budget.spent, earlier);
      for (const part of partsOf(limit)) free[part] = add({ ...estimate, ...free }, estimate, -1)[part];
      reserved[key] = { ...estimate, owner };
      put(item);
      return done;
    },
    async settle(run, key, { owner, usage, limit }, actual) {
      const item = runOf(run)!;
      const budget = item.budget!;
      if (budget.reserved[key]?.owner !== owner) return;
      delete budget.reserved[key];
      budget.spent = add(budget.spent, actual);
      for (const part of partsOf(limit)) {
        budget.free[part] = add({ ...usage, ...budget.free }, add(usage, actual, -1))[part];
      }
      put(item);
    },
  };

  return { startConditions, breakers, budgets, deferred: memoryDeferred({ get, put, remove }) };
}

/** deferred messages over items. */
export function memoryDeferred({
  get,
  put,
  remove,
}: {
  get(key: ItemKey): TableItem | undefined;
  put(item: TableItem): void;
  remove(key: ItemKey): boolean;
}): DeferredMessages {
  return {
    async put(item) {
      const stored = get(item) as DeferredItem | undefined;
      if (stored && stored.fence > item.fence) return false;
      put(item);
      return true;
    },
    read: async (key) => get(key) as DeferredItem | undefined,
    async remove(item) {
      const stored = get(item) as DeferredItem | undefined;
      return stored?.owner === item.owner && remove(item);
    },
  };
}

/** Queues and wake-ups that remember what they were given. */
export function memoryQueues() {
  // Of whatever kind the test puts aside.
  const sent: { queueUrl: string; message: any }[] = [];
  const waiting = new Map<string, number>();
  const wakes: { time: number; key: ItemKey }[] = [];
  const stepQueues: StepQueues = {
    send: async (queueUrl, message) => void sent.push({ queueUrl, message }),
    count: async (queueUrl) => waiting.get(queueUrl) ?? 0,
  };
  const wakeups: Wakeups = { at: async (time, { pk, sk }) => void wakes.push({ time, key: { pk, sk } }) };
  return { stepQueues, wakeups, sent, wakes, waiting };
}

/** The part of a bucket that belongs to one run. */
export function memoryArtifacts(prefix = "w/r/", files = new Map<string, Uint8Array>()) {
  const uri = (key: string) => (key.startsWith("s3://") ? key : `s3://bucket/${prefix}${key}`);
  const artifacts: Artifacts = {
    uri,
    async put(key, body) {
      files.set(uri(key), Buffer.from(body));
      return uri(key);
    },
    async get(key) {
      const found = files.get(uri(key));
      if (!found) throw Object.assign(new Error(`There is no ${uri(key)}.`), { name: "NoSuchKey" });
      return found;
    },
  };
  return { artifacts, files };
}

/** A folder that runs share. Each write makes a new version. */
export function memoryShared(folder = "published", files = new Map<string, SharedFile>()) {
  let versions = 0;
  const shared: SharedFiles = {
    uri: (key) => `s3://bucket/_shared/${folder}/${key}`,
    read: async (key) => files.get(key),
    async write(key, body, _contentType, over) {
      const current = files.get(key)?.version ?? null;
      if (over !== undefined && over !== current) return false;
      files.set(key, { body: Buffer.from(body), version: `version ${++versions}` });
      return true;
    },
    remove: async (key) => void files.delete(key),
  };
  return { shared, files };
}
