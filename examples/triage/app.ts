import { App, Stack } from "aws-cdk-lib";
import { Millrace, parseModel } from "../../lib/millrace.ts";
import { triageTicket } from "./triage-ticket.ts";

/** The same workflow in two versions: the next one also reads the text of a ticket. */
export function triageApp(outdir?: string): App {
  const app = new App({ outdir });
  const stacks = [
    ["Triage", "subject"],
    ["TriageNext", "text"],
  ] as const;
  for (const [name, reads] of stacks) {
    const stack = new Stack(app, name, { description: `Sorts tickets by their ${reads}` });
    const millrace = new Millrace(stack, "Millrace", {
      workflows: [triageTicket],
      handlers: "examples/triage",
      models: { default: parseModel(process.env.MILLRACE_MODEL) },
    });
    for (const workflow of millrace.workflows.values())
      for (const { handler } of workflow.workers.values()) handler.addEnvironment("TRIAGE_READS", reads);
  }
  return app;
}

if (import.meta.main) triageApp();
