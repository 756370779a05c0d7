import { App, Stack } from "aws-cdk-lib";
import { Millrace } from "../../../lib/millrace.ts";
import { noteReading } from "./definitions.ts";

/** One reaction, without a workflow and without the ledger. */
const stack = new Stack(new App(), "Readings");

new Millrace(stack, "Millrace", {
  workflows: [],
  reactions: [noteReading],
  handlers: "bench/scale/readings",
});
