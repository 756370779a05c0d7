import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { beforeAll, expect, test } from "vitest";
import { agentsApp } from "../../examples/agents/app.ts";
import * as office from "../../examples/agents/index.ts";
import { ordersApp } from "../../examples/orders/app.ts";
import { reactions } from "../../examples/orders/choreographed/reactions.ts";
import { fulfilOrder } from "../../examples/orders/orchestrated/fulfil-order.ts";
import { workflows } from "../../workflows/index.ts";
import { build } from "./app.ts";

const NAMES = [...workflows, fulfilOrder, ...reactions, ...office.workflows, ...office.reactions]
  .map(({ name }) => name)
  .join("|");

/** Findings that stay, each with its reason. Everything else that the pack finds fails the test. */
const REASONS: [RegExp, string][] = [
  [
    /^AwsSolutions-IAM5\[Resource::\*\]$/,
    "X-Ray's PutTraceSegments, the delivery of state machine logs and CloudWatch's GetMetricData know no resource that could be named.",
  ],
  [
    /^AwsSolutions-IAM5\[Resource::.*:(?:execution|stateMachine):(?:Millrace|Orchestrated|Choreographed|Agents)_(?:\*|\*_undo|[a-z-]+)(?:[:/]\*)?\]$/,
    "Executions are named at run time, also those of the parts of lists, and what serves all workflows names their machines by the stack's name and an underscore, which no other stack's name has: a policy has no room for all of them.",
  ],
  [
    /^AwsSolutions-IAM5\[Resource::.*:(?:Millrace|Orchestrated|Choreographed|Agents)_dead-letters_\*\]$/,
    "The function that drains all dead-letter queues of the stack names them by the stack's name and an underscore, which no other stack's name has.",
  ],
  [
    new RegExp(
      `^AwsSolutions-IAM5\\[Resource::.*>/(${NAMES}|_shared/[a-z-]+|aws/lambda(/<\\w+>)?|(${NAMES}|\\*)/\\*/payload)/\\*\\]$`,
    ),
    "Objects are named at run time; the pattern is limited to the prefix of the workflow or reaction, to a folder that it shares, to large values of runs, or to Lambda's failed records.",
  ],
  [
    /^AwsSolutions-IAM5\[Resource::<\w+WorkerFunction\w+\.Arn>:\*\]$/,
    "Versions of a function are numbered as they are deployed; the pattern is limited to the versions of the one function.",
  ],
  [
    /^AwsSolutions-IAM5\[Resource::.*:replay\/millrace-\*\]$/,
    "Replays are named as they are ordered; the pattern is limited to Millrace's own.",
  ],
  [
    /^AwsSolutions-IAM5\[Resource::.*:log-group:\/millrace\/(?:Millrace|Orchestrated|Agents)\/Millrace\/\*\/Worker\*\]$/,
    "The API reads what the handlers of steps wrote; a policy has no room for the log group of each, which are named by the stack's name.",
  ],
  [
    /^AwsSolutions-APIG4$/,
    "The console's files hold no data, and the function itself compares the token of what is under /api, before anything else.",
  ],
  [
    /^AwsSolutions-SF1$/,
    "Each execution's history is kept by Step Functions for 90 days, and what happened to a run in the table's log for as long as the run; the log service gets what went wrong.",
  ],
  [
    /^AwsSolutions-SMG4$/,
    "A rotation could give the new token to no user: an operator stores another one, which is valid within a minute.",
  ],
  [
    /^AwsSolutions-S1$/,
    "A log of accesses to artifacts is CloudTrail's data events, which name the principal; server access logs would need a second bucket and do not.",
  ],
];

interface Report {
  pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }[];
}

function findings(app: App): string[] {
  process.env.CDK_VALIDATION = "true"; // CloudFormation's own rules are checked too.
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth({ force: true });
  } catch {
    // Findings make the synthesis fail; they are read from the report.
  }
  const report = JSON.parse(readFileSync(join(app.outdir, "validation-report.json"), "utf8")) as Report;
  rmSync(app.outdir, { recursive: true }); // Each has many megabytes.
  return report.pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
}

const found: Record<string, string[]> = {};
beforeAll(() => {
  // Templates are checked, and not the code of functions.
  process.env.CDK_CONTEXT_JSON = JSON.stringify({ "aws:cdk:bundling-stacks": [] });
  found.Millrace = findings(build().app);
  found.Agents = findings(agentsApp({ outdir: mkdtempSync(join(tmpdir(), "millrace-nag-")) }));
  found.Orders = findings(ordersApp(mkdtempSync(join(tmpdir(), "millrace-nag-"))));
}, 600_000);

test.each(["Millrace", "Orders", "Agents"])(
  "AwsSolutions finds nothing in %s but what has a written reason",
  (app) => {
    expect(found[app]).not.toEqual([]);
    expect(found[app]!.filter((rule) => !REASONS.some(([pattern]) => pattern.test(rule)))).toEqual([]);
  },
);

test("each reason is still needed", () => {
  const all = Object.values(found).flat();
  expect(REASONS.filter(([pattern]) => !all.some((rule) => pattern.test(rule)))).toEqual([]);
});
