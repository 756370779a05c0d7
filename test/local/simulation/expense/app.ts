import { App, Stack } from "aws-cdk-lib";
import { Millrace } from "../../../../lib/millrace.ts";
import { approveExpense } from "./workflow.ts";

/** The app of the documented example: one workflow that waits for a person. */
export const app = new App();
const stack = new Stack(app, "Expenses");

new Millrace(stack, "Millrace", { workflows: [approveExpense], handlers: "test/local/simulation/expense" });
