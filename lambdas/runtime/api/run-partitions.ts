import { foundPartitions, keyedPartition, shardsOf } from "../../../lib/contract/keys/index-partitions.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import {
  INDEXED_STATUSES,
  type IndexedStatus,
  indexedStatusOf,
} from "../../../lib/contract/runs/run-indexes.ts";
import type { KnownWorkflow } from "../../../lib/contract/system.ts";
import type { RunItem, RunStatus } from "../../../lib/contract/table.ts";

/** The filters of a run search. All given filters must match. */
export interface RunSearch {
  workflow?: string | undefined;
  status?: "open" | RunStatus | undefined;
  key?: string | undefined;
  error?: string | undefined;
  step?: string | undefined;
  /** ISO times of acceptance, both inclusive. */
  from?: string | undefined;
  to?: string | undefined;
  text?: string | undefined;
}

/** Where such runs are stored: the index, its partitions, and the remaining conditions. */
export interface RunPlaces {
  /** Runs that are found by their ids: those whose event has the key as its identity. */
  ids: string[];
  index: "list" | "found" | "keyed";
  partitions: string[];
  filter: Filter | undefined;
}

interface Filter {
  expression: string;
  names: Record<string, string>;
  values: Record<string, unknown>;
}

/** A deployed workflow and the events that start it. */
export type SearchedWorkflow = Pick<KnownWorkflow, "name" | "on">;

/** Chooses the index with the least to read. `workflows` are all deployed ones. */
export function placesOf(search: RunSearch, workflows: readonly SearchedWorkflow[]): RunPlaces {
  const { workflow, key, status, error, step } = search;
  const known = workflows.filter(({ name }) => workflow === undefined || name === workflow);
  const searched = workflow === undefined ? known.map(({ name }) => name) : [workflow];
  const filter = filterOf(search);
  if (key !== undefined) {
    const ids = known.flatMap(({ name, on }) => on.map((event) => runId(name, event, key)));
    return { ids, index: "keyed", partitions: searched.map((name) => keyedPartition(name, key)), filter };
  }
  const failed = error !== undefined || step !== undefined;
  if (workflow === undefined && status === undefined && !failed)
    return { ids: [], index: "list", partitions: shardsOf("run"), filter };
  const startConditions = indexedStatusesOf(status).filter((status) => !failed || FAILED.has(status));
  return {
    ids: [],
    index: "found",
    partitions: searched.flatMap((name) =>
      startConditions.flatMap((status) => foundPartitions(name, status)),
    ),
    filter,
  };
}

/** Only such runs have an error. */
const FAILED = new Set<IndexedStatus>(["failed", "timed-out", "terminated"]);

function indexedStatusesOf(status: RunSearch["status"]): readonly IndexedStatus[] {
  if (status === undefined) return INDEXED_STATUSES;
  return status === "open" ? ["open"] : [indexedStatusOf({ status })];
}

/** Whether a run that was found by its id is searched for. */
export function isWanted(run: RunItem, search: RunSearch): boolean {
  const { error, step, text, from = "", to = "9" } = search;
  const has = (value: string | undefined, part: string) => value?.includes(part) === true;
  return (
    hasStatus(run, search) &&
    run.listedAt >= from &&
    run.listedAt <= to &&
    (error === undefined || has(run.error, error)) &&
    (step === undefined || run.failedStep === step) &&
    (text === undefined || has(run.run, text) || has(run.about, text))
  );
}

/** Whether a run has the requested status: partitions do not distinguish open runs. */
export function hasStatus(run: { status: RunStatus }, { status }: RunSearch): boolean {
  if (status === undefined) return true;
  return status === "open" ? indexedStatusOf(run) === "open" : run.status === status;
}

function filterOf({ error, step, text }: RunSearch): Filter | undefined {
  const parts: { expression: string; names: string[]; value: [string, string] }[] = [
    ...(error === undefined
      ? []
      : [
          {
            expression: "contains(#error, :error)",
            names: ["error"],
            value: [":error", error] as [string, string],
          },
        ]),
    ...(step === undefined
      ? []
      : [
          {
            expression: "#failedStep = :step",
            names: ["failedStep"],
            value: [":step", step] as [string, string],
          },
        ]),
    ...(text === undefined
      ? []
      : [
          {
            expression: "(contains(#run, :text) OR contains(#about, :text))",
            names: ["run", "about"],
            value: [":text", text] as [string, string],
          },
        ]),
  ];
  if (parts.length === 0) return undefined;
  return {
    expression: parts.map(({ expression }) => expression).join(" AND "),
    names: Object.fromEntries(parts.flatMap(({ names }) => names.map((name) => [`#${name}`, name]))),
    values: Object.fromEntries(parts.map(({ value }) => value)),
  };
}
