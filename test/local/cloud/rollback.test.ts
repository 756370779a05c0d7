import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../../local/cloud.ts";
import { Store } from "../../../local/kernel/store.ts";
import { assemblyOf, folder } from "./assembly.ts";
import { ACTOR, functionOf } from "./resources.ts";

// What a deployment that is refused half-way leaves: what was deployed before, as in an account.

const open: Cloud[] = [];
afterEach(async () => {
  for (const cloud of open.splice(0)) await cloud.close();
});

async function start(resources: Record<string, unknown>, data?: string): Promise<Cloud> {
  const cloud = await startCloud({ assembly: assemblyOf(resources), data, port: 0 });
  open.push(cloud);
  return cloud;
}

/** A rule that EventBridge refuses: its pattern is too long. It is deployed after the others. */
const refused = (...DependsOn: string[]) => ({
  Type: "AWS::Events::Rule",
  DependsOn,
  Properties: { EventPattern: { source: ["x".repeat(3_000)] } },
});
const REFUSAL = "The requested resource exceeds the maximum number allowed.";
const queue = (VisibilityTimeout: number) => ({ Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout } });

/** A function that answers the text, with a version of it. */
const versioned = (text: string, DeletionPolicy?: string) => ({
  Role: ACTOR,
  Function: functionOf(`exports.handler = async () => "${text}"`, { FunctionName: "greet" }),
  [`Version${text}`]: {
    Type: "AWS::Lambda::Version",
    ...(DeletionPolicy && { DeletionPolicy }),
    Properties: { FunctionName: { Ref: "Function" } },
  },
});
async function versionsOf({ kernel }: Cloud): Promise<string[]> {
  const { Versions } = await kernel.call("lambda", "ListVersionsByFunction", { FunctionName: "greet" });
  return Versions.map(({ Version }: { Version: string }) => Version);
}

/** All that is in the data file. */
function contentOf(data: string): Record<string, unknown[]> {
  const store = Store.open(join(data, "cloud.sqlite"));
  const tables = store.all<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1",
  );
  const content = Object.fromEntries(tables.map(({ name }) => [name, store.all(`SELECT * FROM ${name}`)]));
  store.close();
  return content;
}

test("a start whose deployment is refused changes nothing in the data", async () => {
  const data = join(folder(), "data");
  const { kernel, close } = await start({ Queue: queue(30) }, data);
  const { QueueUrls } = await kernel.call("sqs", "ListQueues", {});
  await kernel.call("sqs", "SendMessage", { QueueUrl: QueueUrls[0], MessageBody: "kept" });
  await close();
  const before = contentOf(data);
  const attempt = start({ Queue: queue(60), Other: queue(1), Rule: refused("Queue", "Other") }, data);
  await expect(attempt).rejects.toThrow(REFUSAL);
  expect(contentOf(data)).toEqual(before);
  expect(JSON.stringify(before)).toContain("kept");
});

test("a first start whose deployment is refused leaves no resource, whatever its policy", async () => {
  const data = join(folder(), "data");
  await expect(start({ ...versioned("one", "Retain"), Rule: refused("Versionone") }, data)).rejects.toThrow(
    REFUSAL,
  );
  expect(contentOf(data)).toEqual({});
});

test("versions that are retained except on creation are removed with a rolled back deployment, which can be repeated", async () => {
  const cloud = await start(versioned("one", "RetainExceptOnCreate"));
  const next = versioned("two", "RetainExceptOnCreate");
  await expect(cloud.redeploy(assemblyOf({ ...next, Rule: refused("Versiontwo") }))).rejects.toThrow(REFUSAL);
  expect(await versionsOf(cloud)).toEqual(["$LATEST", "1"]);
  await cloud.redeploy(assemblyOf(next));
  // As in an account, no number is used twice; what the deployment before has published stays.
  expect(await versionsOf(cloud)).toEqual(["$LATEST", "1", "3"]);
});

test("versions that are retained stay after a rollback, and the same deployment is then refused, as by AWS", async () => {
  const cloud = await start(versioned("one", "Retain"));
  const next = versioned("two", "Retain");
  await expect(cloud.redeploy(assemblyOf({ ...next, Rule: refused("Versiontwo") }))).rejects.toThrow(REFUSAL);
  expect(await versionsOf(cloud)).toEqual(["$LATEST", "1", "2"]);
  await expect(cloud.redeploy(assemblyOf(next))).rejects.toThrow(
    "App/Versiontwo (AWS::Lambda::Version) is refused: AlreadyExists: A version for this Lambda function exists ( 2 ). Modify the function to create a new version.",
  );
  await cloud.redeploy(assemblyOf(versioned("three", "Retain")));
  expect(await versionsOf(cloud)).toEqual(["$LATEST", "1", "2", "3"]);
});

test("a version without a policy is removed with the code that replaces it", async () => {
  const cloud = await start(versioned("one"));
  await cloud.redeploy(assemblyOf(versioned("two")));
  expect(await versionsOf(cloud)).toEqual(["$LATEST", "2"]);
});
