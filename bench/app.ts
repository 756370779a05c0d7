import { App, Stack } from "aws-cdk-lib";
import { Millrace } from "../lib/millrace.ts";
import { benchSix } from "./workflow/definitions.ts";

/** The app that is measured. */
const app = new App();
const stack = new Stack(app, "Bench", { description: "What the benchmarks run" });

new Millrace(stack, "Millrace", { workflows: [benchSix], handlers: "bench/workflow" });
