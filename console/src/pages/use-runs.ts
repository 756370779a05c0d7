import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { patchRuns } from "../api/patch-runs.ts";
import { useList } from "../api/queries.ts";
import type { Page, RunSummary } from "../api/types.ts";
import { useWaiting } from "../app/attention.ts";
import { useChanges } from "../app/live.tsx";

/** Up to here the list is reloaded when something changes; beyond, its rows are patched. */
const FEW = 200;

const KEY = ["runs"];

/**
 * The runs that match filters, with what they wait for; how many newer ones are not in a long list; and how it
 * is loaded again with them.
 */
export function useRuns(filters: Record<string, string | undefined>) {
  const queries = useQueryClient();
  const loaded = useList<RunSummary>(KEY, "runs", filters, FEW);
  const waiting = useWaiting(filters.workflow);
  const list = useMemo(
    () => ({
      ...loaded,
      items: loaded.items.map((run) =>
        waiting.has(run.run) ? { ...run, waiting: waiting.get(run.run) } : run,
      ),
    }),
    [loaded, waiting],
  );
  const [newer, setNewer] = useState(0);
  useChanges((changes) => {
    const ofRuns = changes.filter(({ name, run }) => run !== undefined && name.startsWith("run."));
    if (ofRuns.length === 0) return;
    if (list.items.length <= FEW) return void list.refetch();
    queries.setQueriesData<InfiniteData<Page<RunSummary>>>({ queryKey: KEY }, (data) =>
      data ? { ...data, pages: patchRuns(data.pages, ofRuns) } : data,
    );
    const accepted = ofRuns.filter(({ name }) => name === "run.accepted").map(({ run }) => run);
    setNewer((count) => count + new Set(accepted).size);
  });
  const again = () => {
    setNewer(0);
    void queries.resetQueries({ queryKey: [...KEY, filters] });
  };
  return { list, newer, again };
}
