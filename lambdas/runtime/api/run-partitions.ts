import { foundPartitions, keyedPartition, shardsOf } from "../../../lib/contract/keys.ts";
import { INDEXED_STATUSES, type IndexedStatus, indexedStatusOf } from "../../../lib/contract/run-indexes.ts";
import type { RunStatus } from "../../../lib/contract/table.ts";

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
  index: "list" | "found" | "keyed";
  partitions: string[];
  filter: Filter | undefined;
}

interface Filter {
  expression: string;
  names: Record<string, string>;
  values: Record<string, unknown>;
}

/** Chooses the index with the least to read. `workflows` are all deployed ones. */
export function placesOf(search: RunSearch, workflows: readonly string[]): RunPlaces {
  const { workflow, key, status, error, step } = search;
  const searched = workflow === undefined ? workflows : [workflow];
  const filter = filterOf(search);
  if (key !== undefined)
    return { index: "keyed", partitions: searched.map((name) => keyedPartition(name, key)), filter };
  const failed = error !== undefined || step !== undefined;
  if (workflow === undefined && status === undefined && !failed)
    return { index: "list", partitions: shardsOf("run"), filter };
  const startConditions = indexedStatusesOf(status).filter((status) => !failed || FAILED.has(status));
  return {
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

/** Whether a run has the requested status: partitions do not distinguish open runs. */
export function standsAs(run: { status: RunStatus }, { status }: RunSearch): boolean {
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
            expression: "(contains(#run, :text) OR contains(#keyed, :text))",
            names: ["run", "keyed"],
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
