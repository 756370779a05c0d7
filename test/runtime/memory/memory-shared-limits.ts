import type { Lane, LimitEntry, SharedLimits } from "../../../lambdas/runtime/intake/limit/ports.ts";
import { limitKeyDigest } from "../../../lib/contract/keys/flow-control.ts";
import { parseExecutionName } from "../../../lib/contract/runs/execution-name.ts";
import type { StoredSettings } from "../../../lib/contract/settings/stored.ts";
import type { RunItem } from "../../../lib/contract/table.ts";

/**
 * The lanes of a shared limit in memory. Every call yields first, so that what runs at the same time gets in
 * between. `called` gets the runs that another invocation gave a place to, as the relay announces them.
 */
export function memorySharedLimits(
  read: (run: string) => Promise<RunItem | undefined>,
  called: (run: string) => void = () => undefined,
) {
  const lanes = new Map<string, Lane>();
  const lines = new Map<string, Map<string, LimitEntry>>();
  const lineOf = (lane: string) => lines.get(lane) ?? lines.set(lane, new Map()).get(lane)!;
  const sortKey = ({ key, order }: LimitEntry) => `${limitKeyDigest(key)}#${order}`;
  const set: { settings?: StoredSettings } = {};
  /** Throws in place of a call, before or after it. */
  const faults = { chance: () => false };
  const call = async <Result>(act: () => Result): Promise<Result> => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (faults.chance()) throw new Error("crashed before");
    const result = act();
    if (faults.chance()) throw new Error("crashed after");
    return result;
  };
  const empty: Lane = { revision: undefined, places: [], starts: [] };
  const of = (lane: string) => structuredClone(lanes.get(lane) ?? empty);
  const write = (lane: string, next: Lane) => {
    const before = of(lane);
    if (before.revision !== next.revision) return false;
    lanes.set(lane, structuredClone({ ...next, revision: (next.revision ?? 0) + 1 }));
    const known = new Set(before.places.map(({ execution, at }) => `${execution} ${at}`));
    for (const place of next.places)
      if (place.called && !known.has(`${place.execution} ${place.at}`))
        called(parseExecutionName(place.execution).run);
    return true;
  };
  const isHeld = async ({ run, epoch }: { run: string; epoch: number }) => {
    const item = await read(run);
    return item?.status === "accepted" && item.epoch === epoch && item.held !== undefined;
  };

  const limits: SharedLimits = {
    read: (lane) => call(() => of(lane)),
    write: (lane, next) => call(() => write(lane, next)),
    queue: (lane, entry) => call(() => void lineOf(lane).set(sortKey(entry), entry)),
    unqueue: (lane, entry) => call(() => void lineOf(lane).delete(sortKey(entry))),
    async writeWhileHeld(lane, next, run) {
      const held = await isHeld(run);
      return await call(() => (!held ? "released" : write(lane, next) ? "written" : "lane changed"));
    },
    async unqueueWhileHeld(lane, entry, run) {
      const held = await isHeld(run);
      await call(() => void (held && lineOf(lane).delete(sortKey(entry))));
    },
    async *heads(lane, cursor = "") {
      const firstAfter = (from: string, to: string) =>
        call(() => [...lineOf(lane).keys()].sort().find((name) => name > from && name <= to));
      const parts = [[`${cursor}#~`, "~"], ...(cursor ? [["", `${cursor}#~`]] : [])] as [string, string][];
      for (const [begin, end] of cursor ? parts : ([["", "~"]] as [string, string][])) {
        let from = begin;
        for (;;) {
          const name = await firstAfter(from, end);
          if (name === undefined) break;
          const entry = lineOf(lane).get(name);
          if (entry) yield { ...entry };
          from = `${name.split("#", 1)[0]}#~`;
        }
      }
    },
    settings: async () => set.settings,
  };
  return { limits, lanes, lines, set, faults };
}
