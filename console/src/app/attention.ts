import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { get } from "../api/client.ts";
import { useBreakers, useList } from "../api/queries.ts";
import type {
  ApprovalView,
  DeadLetterView,
  DeliveryView,
  Page,
  QuarantineView,
  RunSummary,
} from "../api/types.ts";

/** What needs attention, for the counts of the navigation and for the overview. */
export function useAttention() {
  const approvals = useList<ApprovalView>(["approvals"], "approvals", { state: "pending" });
  const deadLetters = useList<DeadLetterView>(["dead-letters"], "dead-letters");
  const quarantine = useList<QuarantineView>(["quarantine"], "quarantine");
  const breakers = useBreakers();
  return { approvals, deadLetters, quarantine, breakers };
}

const DAY = 24 * 60 * 60 * 1000;

/** Runs that failed within a day, and events that are overdue at a subscriber. */
export function useTrouble() {
  const failed = useQuery({
    queryKey: ["attention", "failed"],
    queryFn: ({ signal }) =>
      get<Page<RunSummary>>(
        "runs",
        { status: "failed", from: new Date(Date.now() - DAY).toISOString(), limit: 20 },
        signal,
      ),
  });
  const open = useQuery({
    queryKey: ["attention", "open"],
    queryFn: ({ signal }) => get<Page<RunSummary>>("runs", { status: "open", limit: 100 }, signal),
  });
  const overdue = useQuery({
    queryKey: ["attention", "overdue"],
    queryFn: ({ signal }) => get<Page<DeliveryView>>("deliveries", { overdue: true, limit: 20 }, signal),
  });
  return { failed, open, overdue };
}

/**
 * Maximum number of open runs that are shown with what they wait for, which takes a read of each one's log.
 */
const SHOWN_OPEN = 8;

/** The open runs, the newest first, with what they wait for. */
export const useOpenRuns = () =>
  useQuery({
    queryKey: ["attention", "waiting"],
    queryFn: ({ signal }) =>
      get<Page<RunSummary>>("runs", { status: "open", waiting: true, limit: SHOWN_OPEN }, signal),
  });

/** In a list, this number of the newest open runs shows what they wait for. */
const SAID_IN_LIST = 40;

/** What open runs wait for, by their ids: of the newest ones, of one workflow or of all. */
export function useWaiting(workflow: string | undefined): Map<string, NonNullable<RunSummary["waiting"]>> {
  const { data } = useQuery({
    queryKey: ["attention", "waiting", workflow ?? ""],
    queryFn: ({ signal }) =>
      get<Page<RunSummary>>("runs", { status: "open", waiting: true, workflow, limit: SAID_IN_LIST }, signal),
  });
  return useMemo(
    () => new Map(data?.items.flatMap(({ run, waiting }) => (waiting ? [[run, waiting] as const] : []))),
    [data],
  );
}

/** The newest runs: the basis of rates, failures and durations. One request. */
export const useRecentRuns = () =>
  useQuery({
    queryKey: ["attention", "recent"],
    queryFn: ({ signal }) => get<Page<RunSummary>>("runs", { limit: 200 }, signal),
  });

/** The newest runs of a workflow. */
export const useRecentOf = (workflow: string) =>
  useQuery({
    queryKey: ["attention", "recent", workflow],
    queryFn: ({ signal }) => get<Page<RunSummary>>("runs", { workflow, limit: 50 }, signal),
  });

/** A count: "7", or "100+" if the list has more pages. */
export function countOf(list: { items: readonly unknown[]; hasNextPage: boolean }): string {
  return `${list.items.length}${list.hasNextPage ? "+" : ""}`;
}
