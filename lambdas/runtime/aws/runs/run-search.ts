import { runKey } from "../../../../lib/contract/keys/run.ts";
import { mapConcurrently } from "../../../../lib/contract/map-concurrently.ts";
import { type RunItem, TABLE } from "../../../../lib/contract/table.ts";
import { mergePages } from "../../api/merge-pages.ts";
import {
  hasStatus,
  isWanted,
  placesOf,
  type RunSearch,
  type SearchedWorkflow,
} from "../../api/run-partitions.ts";
import type { Place } from "../../ports/list-part.ts";
import { readIndexPartition } from "../table/index-pages.ts";
import { readItems } from "../table/read-items.ts";
import type { Table } from "../table/table.ts";

/** Maximum number of runs that one page reads when filtering. */
const MOST_LOOKED_AT = 4_000;
/** Partitions that are read in parallel. */
const AT_ONCE = 16;

/** Runs from the table's indexes, newest first. The cost depends on the page, not on the number of runs. */
export function tableRunSearch(table: Table, workflows: readonly SearchedWorkflow[]) {
  return async (
    search: RunSearch,
    limit: number,
    after: Place | undefined,
  ): Promise<{ items: RunItem[]; next: Place | undefined }> => {
    const { ids, index, partitions, filter } = placesOf(search, workflows);
    const { from, to } = search;
    const mostLookedAt = Math.max(limit, Math.ceil(MOST_LOOKED_AT / partitions.length));
    const reads = await mapConcurrently(partitions, AT_ONCE, (partition) =>
      readIndexPartition<{ pk: string; listedAt: string; run: string }>(
        table,
        TABLE.indexes[index],
        partition,
        { from, to, after, limit, filter, mostLookedAt },
      ),
    );
    const byIdentity = (await readRuns(table, ids)).filter((run) => !run.keyed && isWanted(run, search));
    const found = byIdentity.map((run) => ({ ...run, id: `${run.pk}#${run.sk}` }));
    const page = mergePages([...reads, { items: found }], limit, after);
    const runs = await readRuns(
      table,
      page.items.map(({ run }) => run),
    );
    return { items: runs.filter((run) => hasStatus(run, search)), next: page.next };
  };
}

async function readRuns(table: Table, runs: readonly string[]): Promise<RunItem[]> {
  const found = await readItems<RunItem>(table, runs.map(runKey));
  return found.filter((run) => run !== undefined);
}
