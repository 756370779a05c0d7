import { LOOKED_AT_AFTER } from "../../../lib/contract/audit.ts";
import { shardsOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import type { Now } from "../ports/clock.ts";

/** A run, or a reaction run, in the order of an index. */
export interface Listed extends ItemKey {
  run: string;
  /** ISO time by which the index orders it. */
  at: string;
}

/** Reads the runs of one partition whose time is after `from`, up to `until` (ISO times), oldest first. */
export type ReadPartition = (partition: string, from: string, until: string) => AsyncIterable<Listed[]>;

/** How far earlier walks got: ISO times by the names of partitions. */
export interface Progress {
  reached(): Promise<Record<string, string>>;
  remember(reached: Record<string, string>): Promise<void>;
}

/** A partition of an index whose new runs are visited. */
interface WalkedPartition {
  /** That of the reader, for its progress. */
  name: string;
  partition: string;
  read: ReadPartition;
  /** Milliseconds for which what is new in it is left. */
  delay: number;
  visit(run: Listed): Promise<void>;
}

const AT_ONCE = 25;

/** Visits what is new in partitions, oldest first, for `longest` milliseconds, and remembers how far it got. */
export async function walkIndex(
  partitions: readonly WalkedPartition[],
  longest: number,
  progress: Progress,
  now: Now,
): Promise<void> {
  const began = now();
  const before = await progress.reached();
  const reached = { ...before };
  for (const { name, partition, read, delay, visit } of partitions) {
    const until = new Date(began - delay).toISOString();
    for await (const page of read(partition, before[name] ?? "", until)) {
      for (let at = 0; at < page.length; at += AT_ONCE) {
        const some = page.slice(at, at + AT_ONCE);
        await Promise.all(some.map(visit));
        // The next page may have more of the same millisecond.
        reached[name] = justBefore(some.at(-1)!.at);
        if (now() - began > longest) return await progress.remember(reached);
      }
    }
    if (reached[name] !== before[name]) reached[name] = until;
  }
  if (partitions.some(({ name }) => reached[name] !== before[name])) await progress.remember(reached);
}

/** The partitions of all runs by the time of their acceptance, some time after it. */
export function partitionsByAcceptance(
  reader: string,
  { read, visit }: Pick<WalkedPartition, "read" | "visit">,
): WalkedPartition[] {
  return shardsOf("run").map((partition) => ({
    name: `${reader} ${partition}`,
    partition,
    read,
    delay: LOOKED_AT_AFTER,
    visit,
  }));
}

function justBefore(time: string): string {
  return new Date(Date.parse(time) - 1).toISOString();
}
