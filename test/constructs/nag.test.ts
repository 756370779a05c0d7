import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { expect, test } from "vitest";
import { build } from "./app.ts";

/** Findings that stay, each with its reason. Everything else that the pack finds fails the test. */
const REASONS: [RegExp, string][] = [
  [
    /^AwsSolutions-IAM5\[Resource::\*\]$/,
    "X-Ray's PutTraceSegments and the delivery of state machine logs know no resource that could be named.",
  ],
  [
    /^AwsSolutions-IAM5\[Resource::.*:execution:Millrace-[a-z-]+:\*\]$/,
    "Executions are named at run time; the pattern is limited to one state machine.",
  ],
  [
    /^AwsSolutions-IAM5\[Resource::.*\/(produce-video|aws\/lambda|[a-z*-]+\/\*\/payload)\/\*\]$/,
    "Objects are named at run time; the pattern is limited to the prefix of the workflow, to large values of runs, or to Lambda's failed records.",
  ],
  [
    /^AwsSolutions-IAM5\[Resource::<\w+WorkerFunction\w+\.Arn>:\*\]$/,
    "Versions of a function are numbered as they are deployed; the pattern is limited to the versions of the one function.",
  ],
  [
    /^AwsSolutions-S1$/,
    "A log of accesses to artifacts is CloudTrail's data events, which name the principal; server access logs would need a second bucket and do not.",
  ],
];

interface Report {
  pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }[];
}

test("AwsSolutions finds nothing but what has a written reason, and each reason is still needed", () => {
  const { app } = build();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth({ force: true });
  } catch {
    // Findings make the synthesis fail; they are read from the report.
  }
  const report = JSON.parse(readFileSync(join(app.outdir, "validation-report.json"), "utf8")) as Report;
  const found = report.pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
  expect(found.filter((rule) => !REASONS.some(([pattern]) => pattern.test(rule)))).toEqual([]);
  expect(REASONS.filter(([pattern]) => !found.some((rule) => pattern.test(rule)))).toEqual([]);
});
