import type { FeedChange, Page, RunSummary } from "./types.ts";

const ENDED = ["succeeded", "failed", "timed-out", "terminated"];

/** Pages of runs after these changes: listed runs have their new status, and new ones are not added. */
export function patchRuns(
  pages: readonly Page<RunSummary>[],
  changes: readonly FeedChange[],
): Page<RunSummary>[] {
  const latest = new Map(
    changes.filter(({ run, status }) => run && status).map((change) => [change.run!, change]),
  );
  return pages.map((page) =>
    page.items.some(({ run }) => latest.has(run))
      ? { ...page, items: page.items.map((item) => patched(item, latest.get(item.run))) }
      : page,
  );
}

function patched(item: RunSummary, change: FeedChange | undefined): RunSummary {
  if (change === undefined) return item;
  const status = change.status as RunSummary["status"];
  const { endedAt, ...rest } = item;
  return ENDED.includes(status) ? { ...rest, status, endedAt: endedAt ?? change.at } : { ...rest, status };
}
