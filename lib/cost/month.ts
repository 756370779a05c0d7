import { type FixedResources, fixedCosts, type MonthlyItem } from "./fixed-cost.ts";
import { LINES, PRICES } from "./prices.ts";
import type { Units } from "./units.ts";

/** A monthly bill: runs, stored data, and fixed costs. */
export interface Month {
  readonly items: readonly MonthlyItem[];
  readonly dollars: number;
}

const GIGABYTE = 1e9;
const DAYS = 30;
/** As the log groups of functions declare it. */
const KEPT_LOG_DAYS = 30;

/** The bill at this number of runs per month, after it has been constant for as long as data is stored. */
export function monthOf(
  { units, runs }: { units: Units; runs: number },
  fixed: FixedResources,
  metrics: number,
): Month {
  const { perGigabyteMonth: kept } = PRICES;
  const lying = (bytes: number, days: number, price: number) =>
    ((bytes * runs) / GIGABYTE) * (days / DAYS) * price;
  const { retentionDays } = fixed;
  const logBytes = units.functionLogBytes + units.stateLogBytes;
  const items = [
    ...LINES.map(({ unit, label, price }) => ({ label, dollars: units[unit] * price * runs })),
    {
      label: `table, kept ${retentionDays} days`,
      dollars: lying(units.keptBytes, retentionDays, kept.table),
    },
    {
      label: `archive, kept ${retentionDays} days`,
      dollars: lying(units.archivedBytes, retentionDays, kept.archive),
    },
    { label: `logs, kept ${KEPT_LOG_DAYS} days`, dollars: lying(logBytes, KEPT_LOG_DAYS, kept.logs) },
    ...fixedCosts(fixed, metrics),
  ].filter(({ dollars }) => dollars > 0);
  return { items, dollars: items.reduce((sum, { dollars }) => sum + dollars, 0) };
}
