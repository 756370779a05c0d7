import type { Extent } from "../lib/cost/attempt.ts";
import type { OpenPoint } from "../lib/cost/directions.ts";
import type { Month } from "../lib/cost/month.ts";
import type { PoolingGain } from "../lib/cost/pooling.ts";
import { dollarsOf, LINES, PRICES } from "../lib/cost/prices.ts";
import type { RunCost } from "../lib/cost/run-cost.ts";
import type { Budget } from "../lib/index.ts";
import { tabulate } from "./format.ts";

/** What a workflow's run costs, or a reaction's handling of an event. */
export interface Costs extends Record<Extent, RunCost> {
  readonly name: string;
  /** What its definition leaves open. */
  readonly points: readonly OpenPoint[];
  /** Steps that ask models, and what a run may spend on them. */
  readonly asking: readonly string[];
  readonly budget: Budget;
  /** What a pool would save, where it would. */
  readonly pooling?: PoolingGain | undefined;
  /** Dollars that a typical run would cost less without an execution. */
  readonly express?: number | undefined;
}

const MILLION = 1e6;
const EXTENTS = ["best", "typical", "worst"] as const;

export const SOURCE = `Prices of ${PRICES.date}, ${PRICES.region}, in US dollars; without the free tier.`;

/** A line for each. */
export function summary(all: readonly Costs[]): string {
  const rows = all.map((costs) => [
    costs.name,
    ...EXTENTS.map((extent) => million(costs[extent].units)),
    million(costs.typical.plain),
  ]);
  return tabulate(["A MILLION RUNS OF", "BEST", "TYPICAL", "WORST", "TYPICAL, PLAIN"], rows);
}

/** One in full: units, and what a million of such runs cost. */
export function details(costs: Costs): string {
  const columns = [...EXTENTS.map((extent) => costs[extent].units), costs.typical.plain];
  const rows = LINES.filter(({ unit }) => columns.some((column) => column[unit] > 0)).map(
    ({ unit, label, price, digits }) => [
      label,
      ...columns.map(
        (column) => `${numeral(column[unit], digits)} · ${dollars(column[unit] * price * MILLION)}`,
      ),
    ],
  );
  return tabulate(
    [`A RUN OF ${costs.name}`, "BEST", "TYPICAL", "WORST", "TYPICAL, PLAIN"],
    [...rows, ["a million runs", ...columns.map(million)]],
  );
}

/** Where the money of a typical run goes: the states, and what lies around them. Undefined of a reaction. */
export function places({ typical: { units, states } }: Costs): string | undefined {
  if (states.length === 0) return undefined;
  const whole = dollarsOf(units);
  const rest = whole - states.reduce((sum, state) => sum + state.dollars, 0);
  const row = (label: string, times: string, amount: number) => [
    ...[label, times, dollars(amount * MILLION)],
    `${((amount / whole) * 100).toFixed(1)} %`,
  ];
  return tabulate(
    ["WHERE IT GOES, TYPICAL", "TIMES", "A MILLION RUNS", "SHARE"],
    [
      ...states.map(({ name, times, dollars: amount }) => row(name, numeral(times, 2), amount)),
      row("run start and end", "", rest),
    ],
  );
}

/** What a pool would save; undefined where no two steps would come in one message. */
export function poolingText({ pooling }: Costs): string | undefined {
  if (!pooling || pooling.dollars <= 0) return undefined;
  const groups = pooling.groups.map((steps) => steps.join(", ")).join("; ");
  return `If its steps shared a pool, these would come in one message: ${groups}. A million typical runs would cost ${dollars(pooling.dollars * MILLION)} less. What a pool means: docs/workflows.md, "Several steps in one function".`;
}

/** What a workflow would save that is one group from end to end; undefined where it would save nothing. */
export function expressText({ express }: Costs): string | undefined {
  if (express === undefined || express <= 0) return undefined;
  return `Its steps are one group from end to end: with express: true, a million typical runs would cost ${dollars(express * MILLION)} less. What that means: docs/workflows.md, "Runs without an execution".`;
}

/** What models cost is not AWS's price list's to say; undefined where none is asked. */
export function models({ asking, budget, typical, worst }: Costs): string | undefined {
  if (asking.length === 0) return undefined;
  const { calls, dollars: usd } = typical.models;
  const known = usd > 0 ? ` for ${dollars(usd)}` : "";
  const limit =
    budget.usd === undefined ? "No budget is declared" : `The budget limit is ${dollars(budget.usd)}`;
  return `Models: ${asking.join(", ")} call one, ${numeral(calls, 1)} times in a typical run${known}, ${numeral(worst.models.calls, 1)} times in the worst case. ${limit}. The figures above do not include model calls.`;
}

export function month(bill: Month, runs: number, name: string): string {
  const rows = bill.items.map(({ label, dollars: amount }) => [label, dollars(amount)]);
  return tabulate(
    [`A MONTH OF ${runs} RUNS OF ${name}`, "DOLLARS"],
    [...rows, ["all", dollars(bill.dollars)]],
  );
}

/** With decimals only where there are some. */
function numeral(value: number, digits: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.max(1, digits));
}

function million(units: Parameters<typeof dollarsOf>[0]): string {
  return dollars(dollarsOf(units) * MILLION);
}

function dollars(amount: number): string {
  return `$${amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
