import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { useNavigate } from "react-router";
import { get } from "../api/client.ts";
import { useEvents, useWorkflows } from "../api/queries.ts";
import type { Page, RunSummary } from "../api/types.ts";
import type { IconName } from "../parts/icon.tsx";
import { titleOf } from "./needs.ts";
import { type Choice, ranked } from "./palette-rank.ts";
import { PLACES } from "./places.ts";
import { toggleTheme } from "./theme.ts";

/** From this number of letters, runs are searched by id and subject. */
const LEAST = 2;
const MOST_RUNS = 8;
const MOST_ENTRIES = 14;

export interface Entry extends Choice {
  icon: IconName;
  detail: string;
  run?: RunSummary;
  go: () => void;
}

/** The pages, workflows, events, runs and actions that a text finds. */
export function usePaletteEntries(text: string): Entry[] {
  const named = useNamedEntries();
  const runs = useRunEntries(useDeferredValue(text.trim()));
  return [...ranked(named, text), ...runs].slice(0, MOST_ENTRIES);
}

function useNamedEntries(): Entry[] {
  const navigate = useNavigate();
  const workflows = useWorkflows().data ?? [];
  const events = useEvents().data ?? [];
  const link = (key: string, name: string, icon: IconName, detail: string, path: string): Entry => ({
    key,
    name,
    icon,
    detail,
    go: () => void navigate(path),
  });
  return [
    ...PLACES.flatMap(({ places }) => places).map(({ path, name, icon }) =>
      link(path, name, icon, "page", path),
    ),
    ...workflows.map(({ name }) =>
      link(`w ${name}`, name, "workflow", "workflow", `/workflows/${encodeURIComponent(name)}`),
    ),
    ...events.map(({ name }) =>
      link(`e ${name}`, name, "event", "event", `/events/${encodeURIComponent(name)}`),
    ),
    { key: "theme", name: "Switch the theme", icon: "sun", detail: "action", go: toggleTheme },
  ];
}

function useRunEntries(text: string): Entry[] {
  const navigate = useNavigate();
  const isSearched = text.length >= LEAST;
  const { data } = useQuery({
    queryKey: ["palette", text],
    queryFn: ({ signal }) => get<Page<RunSummary>>("runs", { text, limit: MOST_RUNS }, signal),
    enabled: isSearched,
    staleTime: 5_000,
  });
  const found = isSearched ? (data?.items ?? []) : [];
  return found.map((run) => ({
    key: run.run,
    name: titleOf(run),
    icon: "runs",
    detail: run.run,
    run,
    go: () => void navigate(`/runs/${encodeURIComponent(run.run)}`),
  }));
}
