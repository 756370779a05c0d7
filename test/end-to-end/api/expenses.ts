import { beforeAll } from "vitest";
import { simulate } from "../../../local/simulate.ts";
import { sharedAssembly } from "../../assemblies.ts";
import { expenseApp } from "../approvals/expense/app.ts";
import { requestsTo } from "./requests.ts";

let assembly: string;

/** Synthesizes an app that asks a person, with its console, once for the tests of a file. */
export function expensesAssembly(): void {
  beforeAll(() => {
    assembly = sharedAssembly("expenses", expenseApp);
  }, 120_000);
}

/** The app in a simulation, with requests to its API. */
export async function openExpenses() {
  const cloud = await simulate(assembly, { seed: 1, schedules: false });
  return { cloud, ...(await requestsTo(cloud, "Expenses")) };
}

export type Expenses = Awaited<ReturnType<typeof openExpenses>>;
