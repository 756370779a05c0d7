import type { Extent } from "../lib/cost/attempt.ts";
import type { Assumable } from "../lib/cost/directions.ts";
import type { Month } from "../lib/cost/month.ts";
import type { PoolingGain } from "../lib/cost/pooling.ts";
import { dollarsOf, LINES, PRICES } from "../lib/cost/prices.ts";
import type { RunCost } from "../lib/cost/run-cost.ts";
import type { Budget } from "../lib/index.ts";
import { percent, tabulate } from "./format.ts";

/** The cost of a workflow's run, or of a reaction run. */
export interface Costs extends Record<Extent, RunCost> {
  readonly name: string;
  /** The open points of its definition. */
  readonly points: readonly Assumable[];
  /** Steps that call models, and the budget of a run for them. */
  readonly asking: readonly string[];
  readonly budget: Budget;
  /** The saving of a pool, if there is any. */
  readonly pooling?: PoolingGain | undefined;
  /** Dollars that a typical run would save without an execution. */
  readonly express?: number | undefined;
  /** Dollars that a typical run would save if its completed steps were only logged. */
  readonly logging?: number | undefined;
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

/** One in full: units, and the cost of a million such runs. */
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

/** The cost of a typical run by state, and of everything around the states. Undefined for a reaction. */
export function places({ typical: { units, states } }: Costs): string | undefined {
  if (states.length === 0) return undefined;
  const whole = dollarsOf(units);
  const rest = whole - states.reduce((sum, state) => sum + state.dollars, 0);
  const row = (label: string, times: string, amount: number) => [
    label,
    times,
    dollars(amount * MILLION),
    percent(amount / whole),
  ];
  return tabulate(
    ["WHERE IT GOES, TYPICAL", "TIMES", "A MILLION RUNS", "SHARE"],
    [
      ...states.map(({ name, times, dollars: amount }) => row(name, numeral(times, 2), amount)),
      row("run start and end", "", rest),
    ],
  );
}

/** The saving of a pool; undefined if no two steps would share a message. */
export function poolingText({ pooling }: Costs): string | undefined {
  if (!pooling || pooling.dollars <= 0) return undefined;
  const together = [
    ...pooling.groups.map((steps) => steps.join(", ")),
    ...pooling.lists.map((list) => `all items of ${list}, with a batch above 1`),
  ];
  return `If its steps shared a pool, these would come in one message: ${together.join("; ")}. A million typical runs would cost ${dollars(pooling.dollars * MILLION)} less. What a pool means: docs/pools.md, "Several steps in one function".`;
}

/** The saving of a workflow that is one group from end to end; undefined if there is none. */
export function expressText({ express }: Costs): string | undefined {
  if (express === undefined || express <= 0) return undefined;
  return `Its steps are one group from end to end: with express: true, a million typical runs would cost ${dollars(express * MILLION)} less. What that means: docs/pools.md, "Runs without an execution".`;
}

/** The saving of a workflow whose completed steps are only logged; undefined if there is none. */
export function loggingText({ logging }: Costs): string | undefined {
  if (logging === undefined || logging <= 0) return undefined;
  return `Each completed step is an event on the bus. If no rule matches step.completed, stepEvents: "logged" makes a million typical runs cost ${dollars(logging * MILLION)} less. What that means: docs/log.md, "Entries".`;
}

/** AWS's price list does not include models; undefined if no model is called. */
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

/** With decimals only if there are some. */
function numeral(value: number, digits: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.max(1, digits));
}

function million(units: Parameters<typeof dollarsOf>[0]): string {
  return dollars(dollarsOf(units) * MILLION);
}

function dollars(amount: number): string {
  return `$${amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
