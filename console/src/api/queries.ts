import { keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useSession } from "../app/session.tsx";
import { get, type Query } from "./client.ts";
import type {
  BreakerView,
  Correlation,
  DeadLetterView,
  EventDetail,
  EventSummary,
  FlowMap,
  LimitLaneView,
  LogEntry,
  ModelProgressView,
  Page,
  QuarantineView,
  ReplayView,
  RunDetail,
  Session,
  SettingsRevisionView,
  SettingsView,
  SharedLimitView,
  SubscriberView,
  TimelineBar,
  WorkflowView,
  WrittenLines,
} from "./types.ts";

/** Queues publish no events: they are polled every few seconds while a page shows them. */
const QUEUES_EVERY = 10_000;

/** A list in pages. `key` begins with the word that `queriesToRefetch` knows it by. */
export function useList<T>(key: readonly unknown[], resource: string, query: Query = {}, limit = 100) {
  const answer = useInfiniteQuery({
    queryKey: [...key, query],
    queryFn: ({ pageParam, signal }) =>
      get<Page<T>>(resource, { ...query, limit, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    // Comparing each row of hundreds of pages with its previous value costs more than drawing the visible
    // ones.
    structuralSharing: false,
  });
  const items = useMemo(() => answer.data?.pages.flatMap((page) => page.items) ?? [], [answer.data]);
  return { ...answer, items };
}

export const useSessionQuery = (enabled: boolean) =>
  useQuery({
    queryKey: ["session"],
    queryFn: ({ signal }) => get<Session>("session", {}, signal),
    enabled,
    staleTime: 60_000,
  });

export const runQuery = (run: string, at?: string) =>
  queryOptions({
    queryKey: ["run", run, "detail", at ?? "now"],
    queryFn: ({ signal }) => get<RunDetail>(`runs/${encodeURIComponent(run)}`, { at }, signal),
  });

/** @param at ISO time of the requested state; now, if absent */
export const useRun = (run: string, at?: string) =>
  useQuery({
    ...runQuery(run, at),
    // While another time is fetched, the previous state stays: the slider does not flicker.
    placeholderData: (previous, query) => (query?.queryKey[1] === run ? previous : undefined),
  });

export const useRunLog = (run: string) =>
  useList<LogEntry>(["run", run, "log"], `runs/${encodeURIComponent(run)}/log`, {}, 200);

/** Milliseconds after which the lines of an open run are read again: each read is billed on AWS. */
const LINES_EVERY = { local: 4_000, aws: 20_000 };

/**
 * The log lines of a run's handlers; of one step, or of all. Lines arrive some seconds late: also after the
 * run has ended.
 */
export function useRunLines(
  { run, endedAt }: Pick<RunDetail, "run" | "endedAt">,
  step: string | undefined,
  wanted: boolean,
) {
  const { app } = useSession();
  return useQuery({
    queryKey: ["lines", run, step ?? "", endedAt ?? ""],
    queryFn: ({ signal }) => get<WrittenLines>(`runs/${encodeURIComponent(run)}/lines`, { step }, signal),
    enabled: wanted,
    placeholderData: keepPreviousData,
    refetchInterval: () =>
      endedAt === undefined || Date.now() - Date.parse(endedAt) < LATE ? LINES_EVERY[app.deployedOn] : false,
  });
}

const LATE = 30_000;

/** Milliseconds after which the text of an answering model is read again. */
const PROGRESS_EVERY = { local: 500, aws: 1_500 };

/** What a model is writing for a step that runs. */
export function useModelProgress(run: string, path: string) {
  const { app } = useSession();
  return useQuery({
    queryKey: ["progress", run, path],
    queryFn: ({ signal }) =>
      get<{ progress?: ModelProgressView }>(`runs/${encodeURIComponent(run)}/progress`, { path }, signal),
    refetchInterval: PROGRESS_EVERY[app.deployedOn],
    gcTime: 0,
  });
}

/** The input of a step. It does not change. */
export const useStepInput = (run: string, path: string) =>
  useQuery({
    queryKey: ["input", run, path],
    queryFn: ({ signal }) =>
      get<{ input: unknown }>(`runs/${encodeURIComponent(run)}/input`, { path }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export const useTimeline = (run: string) =>
  useQuery({
    queryKey: ["run", run, "timeline"],
    queryFn: ({ signal }) =>
      get<{ bars: TimelineBar[] }>(`runs/${encodeURIComponent(run)}/timeline`, {}, signal),
  });

export const useCorrelation = (id: string) =>
  useQuery({
    queryKey: ["correlation", id],
    queryFn: ({ signal }) => get<Correlation>("correlations", { id }, signal),
  });

export const useWorkflows = () =>
  useQuery({
    queryKey: ["queues", "workflows"],
    queryFn: async ({ signal }) => (await get<Page<WorkflowView>>("workflows", {}, signal)).items,
  });

export const useSubscribers = () =>
  useQuery({
    queryKey: ["queues", "subscribers"],
    queryFn: async ({ signal }) => (await get<Page<SubscriberView>>("subscribers", {}, signal)).items,
    refetchInterval: QUEUES_EVERY,
  });

export const useFlowMap = () =>
  useQuery({
    queryKey: ["queues", "map"],
    queryFn: ({ signal }) => get<FlowMap>("map", {}, signal),
    refetchInterval: QUEUES_EVERY,
  });

export const useBreakers = () =>
  useQuery({
    queryKey: ["breakers"],
    queryFn: async ({ signal }) => (await get<Page<BreakerView>>("breakers", {}, signal)).items,
  });

export const useLimits = () =>
  useQuery({
    queryKey: ["limits"],
    queryFn: async ({ signal }) => (await get<Page<SharedLimitView>>("limits", {}, signal)).items,
  });

/** Who has the places of a shared limit, and who waits for one. */
export const useLimitLane = (limit: string) =>
  useQuery({
    queryKey: ["limits", limit],
    queryFn: ({ signal }) => get<LimitLaneView>(`limits/${encodeURIComponent(limit)}`, {}, signal),
    refetchInterval: QUEUES_EVERY,
  });

/** Settings that can be changed without a deployment. */
export const useSettings = ({ of, name }: { of: string; name: string }) =>
  useQuery({
    queryKey: ["settings", of, name],
    queryFn: ({ signal }) => get<SettingsView>(`settings/${of}/${encodeURIComponent(name)}`, {}, signal),
  });

/** The newest changes up to a revision. They do not change. */
export const useSettingsHistory = ({ of, name }: { of: string; name: string }, revision: number) =>
  useQuery({
    queryKey: ["settings", of, name, "history", revision],
    queryFn: async ({ signal }) =>
      (
        await get<Page<SettingsRevisionView>>(
          `settings/${of}/${encodeURIComponent(name)}/history`,
          {},
          signal,
        )
      ).items,
    placeholderData: keepPreviousData,
  });

export const useEvents = () =>
  useQuery({
    queryKey: ["events"],
    queryFn: async ({ signal }) => (await get<Page<EventSummary>>("events", {}, signal)).items,
    staleTime: 60_000,
  });

export const useEvent = (name: string) =>
  useQuery({
    queryKey: ["events", name],
    queryFn: ({ signal }) => get<EventDetail>(`events/${encodeURIComponent(name)}`, {}, signal),
    staleTime: 60_000,
  });

export const useDeadLetter = (id: string) =>
  useQuery({
    queryKey: ["dead-letter", id],
    queryFn: ({ signal }) => get<DeadLetterView>(`dead-letters/${encodeURIComponent(id)}`, {}, signal),
  });

export const useQuarantined = (id: string) =>
  useQuery({
    queryKey: ["quarantined", id],
    queryFn: ({ signal }) => get<QuarantineView>(`quarantine/${encodeURIComponent(id)}`, {}, signal),
  });

const IN_PROGRESS = ["starting", "running", "cancelling"];

/** A replay with its progress, polled every few seconds while it is running. */
export const useReplay = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: ["replays", "one", id],
    queryFn: ({ signal }) => get<ReplayView>(`replays/${encodeURIComponent(id)}`, {}, signal),
    enabled,
    refetchInterval: ({ state }) =>
      IN_PROGRESS.includes(state.data?.state ?? "") ? QUEUES_EVERY / 2 : false,
  });
