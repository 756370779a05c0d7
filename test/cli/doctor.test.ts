import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { accountFacts } from "../../bin/doctor/account.ts";
import { checkAccount, checkMachine } from "../../bin/doctor/checks.ts";
import type { AccountFacts } from "../../bin/doctor/facts.ts";
import { machineFacts } from "../../bin/doctor/machine.ts";

const GOOD: AccountFacts = {
  identity: { value: { account: "111122223333", arn: "arn:aws:iam::111122223333:user/dev" } },
  region: { value: "eu-west-1" },
  deployed: { value: true },
  bootstrap: { value: 21 },
  concurrency: { value: { total: 1000, unreserved: 900 } },
  startExecution: { value: 300 },
  sendTaskSuccess: { value: undefined },
  models: [{ id: "some.model", access: { value: true } }],
};
const states = (facts: AccountFacts) =>
  checkAccount(facts)
    .filter(({ state }) => state !== "ok")
    .map(({ name, state }) => `${name}: ${state}`);

test("an account that has everything passes", () => {
  expect(states(GOOD)).toEqual([]);
});

test("each thing that is missing is named, with what to do", () => {
  const poor: AccountFacts = {
    ...GOOD,
    bootstrap: { value: undefined },
    concurrency: { value: { total: 10, unreserved: 10 } },
    startExecution: { value: 150 },
    models: [{ id: "some.model", access: { value: false } }],
  };
  expect(states(poor)).toEqual([
    "CDK bootstrap: error",
    "Lambda concurrency: warning",
    "Step Functions StartExecution: warning",
    "Model some.model: error",
  ]);
  const remedies = checkAccount(poor).map((check) => (check.state === "ok" ? "" : check.remedy));
  expect(remedies).toContain('Run "npx cdk bootstrap" for eu-west-1; version 6 or newer is needed.');
});

test("a bootstrap stack of an old version is an error", () => {
  expect(states({ ...GOOD, bootstrap: { value: 5 } })).toEqual(["CDK bootstrap: error"]);
});

test.each([
  ["Region", { region: { unread: "Region is missing" } }, "AWS_REGION"],
  ["Credentials", { identity: { unread: "Could not load credentials from any providers" } }, "aws sso login"],
])(
  "if %s is missing, which --aws needs first, there is only that error, with what to do",
  (name, facts, remedy) => {
    const checks = checkAccount({ ...GOOD, ...facts });
    expect(checks).toEqual([expect.objectContaining({ name, state: "error" })]);
    expect(checks[0]).toHaveProperty("remedy", expect.stringContaining(remedy));
  },
);

test("a fact that may not be read is unknown, and does not stop other checks", async () => {
  const denied = () =>
    Promise.reject(new Error("User dev is not authorized to perform: lambda:GetAccountSettings"));
  const facts = await accountFacts(
    {
      region: async () => "eu-west-1",
      identity: async () => ({ account: "111122223333", arn: "arn" }),
      isDeployed: async () => false,
      bootstrapVersion: async () => 21,
      concurrency: denied,
      statesQuota: async () => 300,
      mayCall: async (model) => model === "some.model",
    },
    { stack: "Films", models: ["some.model", "us.some.model"] },
  );
  expect(states({ ...facts, sendTaskSuccess: { value: 500 } })).toEqual(["Lambda concurrency: unknown"]);
  expect(checkAccount(facts)[3]!.found).toContain("not authorized");
  expect(checkAccount(facts)[1]!.found).toBe("none yet");
});

test.each([
  [{ node: "20.20.2", cdkCli: "2.1148.0", cdkLibrary: "2.276.0" }, ["Node.js"]],
  [{ node: "22.17.1", cdkCli: "2.1148.0", cdkLibrary: "2.276.0" }, ["Node.js"]],
  [{ node: "22.18.0", cdkCli: "2.1148.0", cdkLibrary: "2.276.0" }, []],
  [{ node: "24.0.0", cdkCli: "3.0.0", cdkLibrary: "2.276.0" }, ["aws-cdk (the CLI)"]],
  [{ node: "24.0.0", cdkCli: undefined, cdkLibrary: "2.100.0" }, ["aws-cdk (the CLI)", "aws-cdk-lib"]],
])("versions %j: %j is to be changed", (facts, wrong) => {
  const found = checkMachine(facts).filter(({ state }) => state === "error");
  expect(found.map(({ name }) => name)).toEqual(wrong);
});

test("versions are those of the project's own packages", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-doctor-"));
  const packaged = join(folder, "node_modules/aws-cdk");
  mkdirSync(packaged, { recursive: true });
  writeFileSync(join(packaged, "package.json"), JSON.stringify({ name: "aws-cdk", version: "2.1200.0" }));
  expect(machineFacts(folder)).toMatchObject({ node: process.versions.node, cdkCli: "2.1200.0" });
});
