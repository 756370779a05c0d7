import { App, Stack } from "aws-cdk-lib";
import type { Workflow } from "../lib/index.ts";
import { Millrace } from "../lib/millrace.ts";
import { benchSix } from "./workflow/definitions.ts";

/** The app that is measured; with `without-ledger`, the same without the ledger of deliveries. */
const workflow: Workflow =
  process.argv[2] === "without-ledger"
    ? { ...benchSix, delivery: { ...benchSix.delivery, ledger: "none" } }
    : benchSix;

const app = new App();
const stack = new Stack(app, "Bench", { description: "What the benchmarks run" });

new Millrace(stack, "Millrace", { workflows: [workflow], handlers: "bench/workflow" });
