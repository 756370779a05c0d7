import { DOCS, INSTALLED, LOCAL_CLOUD, MILLRACE } from "../self.ts";
import { constantOf, type Names, variableOf } from "./names.ts";

/** A file to be written, by its path in the project. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** The import paths of the files, seen from workflows/<name>/ or from test/. */
interface Imports {
  readonly definitions: string;
  readonly runtime: string;
  readonly constructs: string;
  readonly simulate: string;
}

/** Next to Millrace's own sources. */
const FROM_SOURCES: Imports = {
  definitions: "../../lib/index.ts",
  runtime: "../../lambdas/runtime/index.ts",
  constructs: "../lib/millrace.ts",
  simulate: "../testing/index.ts",
};
const FROM_PACKAGE: Imports = {
  definitions: "millrace",
  runtime: "millrace/runtime",
  constructs: "millrace/cdk",
  simulate: "millrace/simulate",
};
const imports = INSTALLED ? FROM_PACKAGE : FROM_SOURCES;

/** The files of a workflow with one event, one step, and a test. */
export function filesOf(names: Names): NewFile[] {
  const folder = `workflows/${names.workflow}`;
  return [
    { path: `${folder}/events.ts`, text: events(names) },
    { path: `${folder}/steps.ts`, text: steps(names) },
    { path: `${folder}/workflow.ts`, text: workflow(names) },
    { path: `${folder}/${names.step}.lambda.ts`, text: worker(names) },
    { path: `${folder}/${names.workflow}.intake.lambda.ts`, text: intake(names) },
    { path: `test/${names.workflow}.test.ts`, text: test(names) },
  ];
}

/** What a coding agent has to know about the project. */
export function agentsFile(): NewFile {
  const text = `# For coding agents

This project defines event-driven workflows with Millrace: events (\`events.ts\`), steps (\`steps.ts\`), workflows
(\`workflow.ts\`) and one handler file for each step (\`<step>.lambda.ts\`).

## Commands

- \`npx vitest run\`: tests, on virtual time. They need no AWS account.
- \`${LOCAL_CLOUD}\`: runs the app locally, and takes changed files over while it runs.
- \`${MILLRACE} send <event> '<json>' --follow\`: sends an event and shows its run until it ends.
- \`${MILLRACE} run <id>\`: shows a run with its steps, and where a step failed.
- \`${MILLRACE} new <workflow>\`: creates a workflow with an event, a step, handlers and a test.

## Rules

- \`run\` of a workflow describes a graph. It is called once, at synthesis, with references instead of values: use \`w.when\`,
  \`w.match\`, \`w.each\` and the operators (\`eq\`, \`and\`, \`text\`, …), not \`if\`, loops or template strings.
- Effects belong in step handlers only. A step may be tried again, so give the idempotency key of its context to each
  service that it calls.
- A handler that cannot succeed throws \`giveUp\`; one that should wait throws \`waitAndRetry\`; a doubtful result throws
  \`ask\`. Any other error is retried.
- Give a step that changes something an \`undo\`.
- An event's \`identity\` decides what a duplicate is.

## Documentation

- ${DOCS}/reference.md: all declarations
- ${DOCS}/workflows.md, ${DOCS}/failure.md, ${DOCS}/testing.md: how to use them
- ${DOCS}/README.md: the other pages, by task
`;
  return { path: "AGENTS.md", text };
}

function events({ workflow, event }: Names): string {
  return `import * as z from "zod";
import { defineEvent } from "${imports.definitions}";

/** Starts ${workflow}. The same id is the same request, however often it is sent. */
export const ${constantOf(event)} = defineEvent("${event}", {
  version: 1,
  schema: z.object({ id: z.string().min(1).max(100), text: z.string().max(1_000) }),
  identity: (event) => event.id,
});
`;
}

function steps({ step }: Names): string {
  return `import * as z from "zod";
import { defineStep } from "${imports.definitions}";

export const ${variableOf(step)} = defineStep("${step}", {
  input: z.object({ text: z.string() }),
  output: z.object({ words: z.int() }),
  timeout: "30 seconds",
  retry: { attempts: 4, backoff: "2 seconds" },
});
`;
}

function workflow({ workflow, event, step }: Names): string {
  const [on, does] = [constantOf(event), variableOf(step)];
  return `import { defineWorkflow } from "${imports.definitions}";
import { ${on} } from "./events.ts";
import { ${does} } from "./steps.ts";

export const ${variableOf(workflow)} = defineWorkflow("${workflow}", {
  on: ${on},
  deadline: "1 day",
  run: (w, event) => {
    const done = w.step(${does}, { text: event.text });
    return { words: done.words };
  },
});
`;
}

function worker({ step }: Names): string {
  return `import { worker } from "${imports.runtime}";
import { ${variableOf(step)} } from "./steps.ts";

export const handler = worker(${variableOf(step)}, async ({ text }, { log }) => {
  const words = text.split(/\\s+/).filter(Boolean).length;
  log.info("Counted.", { words });
  return { words };
});
`;
}

function intake({ workflow }: Names): string {
  return `import { intake } from "${imports.runtime}";
import { ${variableOf(workflow)} } from "./workflow.ts";

export const handler = intake(${variableOf(workflow)});
`;
}

function test({ workflow, event }: Names): string {
  const lines = [
    'import { App, Stack } from "aws-cdk-lib";',
    `import { Millrace } from "${imports.constructs}";`,
    `import { type Simulation, simulate } from "${imports.simulate}";`,
    'import { afterEach, beforeAll, expect, test } from "vitest";',
    `import { ${constantOf(event)} } from "../workflows/${workflow}/events.ts";`,
    `import { ${variableOf(workflow)} } from "../workflows/${workflow}/workflow.ts";`,
  ];
  // Packages come before files of the project, as the formatter orders them.
  const near = (line: string) => Number(line.includes('from "..'));
  return `${lines.toSorted((a, b) => near(a) - near(b)).join("\n")}

let assembly: string;
beforeAll(() => {
  const app = new App();
  new Millrace(new Stack(app, "Test"), "Millrace", { workflows: [${variableOf(workflow)}] });
  assembly = app.synth().directory;
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud.close());

test("the same event twice is one run, with one result", async () => {
  cloud = await simulate(assembly, { seed: 1, schedules: false });
  const { run } = await cloud.send(${constantOf(event)}, { id: "first", text: "three short words" });
  const again = await cloud.send(${constantOf(event)}, { id: "first", text: "three short words" });
  expect(again.runs).toEqual([]);
  expect(await cloud.waitUntil(run, "succeeded")).toMatchObject({ output: { words: 3 } });
}, 60_000);
`;
}
