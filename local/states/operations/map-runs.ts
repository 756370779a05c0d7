import type { Operation } from "../../kernel/service.ts";
import { DISTRIBUTED_CONCURRENCY } from "../advance/map.ts";
import type { Engine } from "../engine.ts";
import type { MapRunState } from "../map-run.ts";
import type { MapRunRow } from "../storage/map-runs.ts";
import { checkArn, page } from "./arguments.ts";
import { refusals } from "./errors.ts";

/** What UpdateMapRun changes, each with the most that it may be. */
const LIMITS = {
  maxConcurrency: Number.MAX_SAFE_INTEGER,
  toleratedFailureCount: Number.MAX_SAFE_INTEGER,
  toleratedFailurePercentage: 100,
};

export function mapRunOperations(engine: Engine): Record<string, Operation> {
  const { executions, mapRuns } = engine;

  function mapRunOf(input: any): MapRunRow {
    const arn = checkArn(input, "mapRunArn", "mapRun");
    const row = mapRuns.get(arn);
    if (!row) throw refusals.noResource(arn);
    return row;
  }

  return {
    DescribeMapRun(input) {
      const { execution, state } = mapRunOf(input);
      return {
        mapRunArn: state.arn,
        executionArn: executions.get(execution)!.arn,
        status: state.status,
        ...dates(state),
        maxConcurrency: state.concurrency === DISTRIBUTED_CONCURRENCY ? 0 : state.concurrency,
        toleratedFailurePercentage: state.toleratedPercentage ?? 0,
        toleratedFailureCount: state.toleratedCount ?? 0,
        itemCounts: counts(state.items, state.exported),
        executionCounts: counts(state.executions, state.exported),
        redriveCount: state.redrives,
        ...(state.redriven !== null && { redriveDate: state.redriven / 1000 }),
      };
    },

    ListMapRuns(input) {
      const arn = checkArn(input, "executionArn", "execution");
      const execution = executions.byArn(arn);
      if (!execution) throw refusals.noExecution(arn);
      const { items, nextToken } = page(mapRuns.of(execution.id), input, (state) => state.arn);
      const listed = items.map((state) => ({
        mapRunArn: state.arn,
        executionArn: arn,
        stateMachineArn: execution.machine,
        ...dates(state),
      }));
      return { mapRuns: listed, ...(nextToken && { nextToken }) };
    },

    async UpdateMapRun(input) {
      const { execution, state } = mapRunOf(input);
      const change = changeOf(input);
      const met = await engine.post(execution, { kind: "mapRun", arn: state.arn, change });
      if (!met) throw refusals.validation(`The Map Run ${state.arn} does not run, and cannot be updated.`);
      return {};
    },
  };
}

function changeOf(input: any): Record<string, number> {
  const given = Object.entries(LIMITS).filter(([member]) => input[member] !== undefined);
  if (given.length === 0) {
    throw refusals.validation(`At least one of ${Object.keys(LIMITS).join(", ")} must be specified.`);
  }
  for (const [member, most] of given) {
    const value = input[member];
    if (typeof value === "number" && value >= 0 && value <= most) continue;
    throw refusals.validation(
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
        `Member must have value ${most === 100 ? "between 0 and 100" : "greater than or equal to 0"}`,
    );
  }
  return Object.fromEntries(given.map(([member]) => [member, input[member]]));
}

function dates({ started, stopped }: MapRunState): Record<string, number> {
  return { startDate: started / 1000, ...(stopped !== null && { stopDate: stopped / 1000 }) };
}

function counts({ length, running, succeeded, failed, aborted }: MapRunState["items"], exported: boolean) {
  const ended = succeeded + failed + aborted;
  return {
    pending: length - running - ended,
    running,
    succeeded,
    failed,
    aborted,
    timedOut: 0,
    resultsWritten: exported ? ended : 0,
    total: length,
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
  };
}
