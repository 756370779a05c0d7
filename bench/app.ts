import { App, Stack } from "aws-cdk-lib";
import type { Workflow } from "../lib/index.ts";
import { Millrace } from "../lib/millrace.ts";
import {
  benchBranches,
  benchBranchesApart,
  benchBranchesExpress,
  benchBranchesPooled,
  benchList,
  benchListApart,
  benchListPooled,
  benchSix,
  benchSixApart,
  benchSixExpress,
  benchSixExpress50,
  benchSixExpressRepeatable,
  benchSixPooled,
  benchSixRepeatable,
} from "./workflow/definitions.ts";

/** The same without an event on the bus for each step. */
const logged = (workflow: Workflow): Workflow => ({ ...workflow, stepEvents: "logged" });

/** The measured app, and variants of it: without the ledger of deliveries, and with all steps in one function. */
const WORKFLOWS: Record<string, Workflow> = {
  "as it is": benchSix,
  "without-ledger": { ...benchSix, delivery: { ...benchSix.delivery, ledger: "none" } },
  "with-pool": benchSixPooled,
  "with-pool-repeatable": benchSixRepeatable,
  "with-pool-apart": benchSixApart,
  "with-pool-logged": logged(benchSixPooled),
  express: benchSixExpress,
  "express-logged": logged(benchSixExpress),
  "express-logged-50": logged(benchSixExpress50),
  "express-repeatable": logged(benchSixExpressRepeatable),
  branches: benchBranches,
  "branches-apart": benchBranchesApart,
  "branches-pooled": benchBranchesPooled,
  "branches-express": benchBranchesExpress,
  list: benchList,
  "list-apart": benchListApart,
  "list-pooled": benchListPooled,
  "logged-steps": logged(benchSix),
};
const name = process.argv[2] ?? "as it is";
const workflow = WORKFLOWS[name];
if (!workflow) throw new Error(`There is no "${name}". There is ${Object.keys(WORKFLOWS).join(", ")}.`);

const app = new App();
const stack = new Stack(app, "Bench", { description: "What the benchmarks run" });

const handlers = name.endsWith("-repeatable") ? "bench/workflow-repeatable" : "bench/workflow";
new Millrace(stack, "Millrace", { workflows: [workflow], handlers });
