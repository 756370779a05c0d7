import { App, Stack } from "aws-cdk-lib";
import { Millrace } from "../../../../lib/millrace.ts";
import { approveExpense } from "./workflow.ts";

/** The app of the documented example: one workflow that waits for a person. */
export function expenseApp(outdir?: string): App {
  const app = new App({ outdir });
  new Millrace(new Stack(app, "Expenses"), "Millrace", {
    workflows: [approveExpense],
    handlers: "test/end-to-end/approvals/expense",
  });
  return app;
}

if (import.meta.main) expenseApp();
