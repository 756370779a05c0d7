import type { Cost, RunSummary } from "../../../../lib/contract/api/index.ts";
import type { BudgetState } from "../../../../lib/contract/budget.ts";
import { indexesOf } from "../../../../lib/contract/runs/run-indexes.ts";
import type { RunItem } from "../../../../lib/contract/table.ts";

/** A run as lists show it. */
export function runSummary(item: RunItem): RunSummary {
  const { run, workflow, epoch, status, acceptedAt, endedAt, stuck, paused, budget } = item;
  const { error, failedStep } = indexesOf(item);
  const key = item.key ?? item.about;
  const cost = budget && costOf(budget);
  return {
    run,
    workflow,
    epoch,
    status,
    acceptedAt,
    key,
    endedAt,
    error,
    failedStep,
    ...(stuck && { stuck: true }),
    ...(paused && { paused: true }),
    cost,
  };
}

/** The cost of a run; undefined if it has neither a limit nor any cost. */
function costOf({ limit, spent, reserved }: BudgetState): Cost | undefined {
  const reservedUsd = Object.values(reserved).reduce((sum, { usd }) => sum + usd, 0);
  if (limit.usd === undefined && limit.tokens === undefined && spent.usd + spent.tokens + reservedUsd === 0)
    return undefined;
  return {
    usd: spent.usd,
    tokens: spent.tokens,
    ...(reservedUsd > 0 && { reservedUsd }),
    limitUsd: limit.usd,
  };
}
