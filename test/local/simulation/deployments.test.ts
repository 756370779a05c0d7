import { cpSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { type Simulation, type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { answering, made } from "../cloudformation/custom/cloud.ts";
import { assemblyOf } from "./assembly.ts";

const opened: Simulation[] = [];
afterEach(async () => {
  for (const cloud of opened.splice(0)) await cloud.close();
});

/** Opens a simulation; answers it and what functions wrote while the app was deployed. */
async function open(assembly: string, options: Partial<SimulationOptions> = {}) {
  const lines: string[] = [];
  const onLog = ({ text }: { text: string }) => lines.push(text);
  const cloud = await simulate(assembly, { seed: 1, onLog, ...options });
  opened.push(cloud);
  return { cloud, written: lines.filter((text) => /made|received/.test(text)) };
}

/** Makes its thing, and writes an id that it draws. */
const maker = answering(
  '(console.log("made " + crypto.randomUUID()), { Status: "SUCCESS", PhysicalResourceId: "thing", Data: {} })',
);
const queue = (name: string) => ({ [name]: { Type: "AWS::SQS::Queue", Properties: { QueueName: name } } });
const queuesOf = async (cloud: Simulation): Promise<string[]> =>
  ((await cloud.call("sqs", "ListQueues")).QueueUrls ?? []).map((url: string) => url.split("/").at(-1));

test("simulations share the deployment of an app, and nothing of what happens afterwards", async () => {
  const assembly = assemblyOf({ Maker: maker }, { Thing: made(), ...queue("orders") });
  const first = await open(assembly);
  const { QueueUrls } = await first.cloud.call("sqs", "ListQueues");
  await first.cloud.call("sqs", "SendMessage", { QueueUrl: QueueUrls[0], MessageBody: "x" });
  await first.cloud.call("sqs", "CreateQueue", { QueueName: "more" });

  const second = await open(assembly, { seed: 2 });
  expect(second.written).toEqual(first.written);
  expect(second.written).toHaveLength(2);
  expect(await queuesOf(second.cloud)).toEqual(["orders"]);
  const { Messages } = await second.cloud.call("sqs", "ReceiveMessage", { QueueUrl: QueueUrls[0] });
  expect(Messages).toBeUndefined();
  expect(second.cloud.calls).toEqual([]);
});

test("time continues where the deployment left it, for the first simulation as for the next", async () => {
  const slow = answering(
    '(await new Promise((wake) => setTimeout(wake, 5000)), { Status: "SUCCESS", PhysicalResourceId: "thing", Data: {} })',
  );
  const assembly = assemblyOf({ Maker: slow }, { Thing: made() });
  const times = [await open(assembly), await open(assembly)].map(({ cloud }) => cloud.now());
  expect(times).toEqual(Array(2).fill(Date.parse("2026-01-01T00:00:05Z")));
});

test("another template in the same folder is deployed again", async () => {
  const assembly = assemblyOf({}, queue("orders"));
  expect(await queuesOf((await open(assembly)).cloud)).toEqual(["orders"]);
  cpSync(assemblyOf({}, queue("returns")), assembly, { recursive: true });
  expect(await queuesOf((await open(assembly)).cloud)).toEqual(["returns"]);
});

test("a deployment that is refused is tried again by the next", async () => {
  const assembly = assemblyOf(
    { Maker: answering('{ Status: "FAILED", Reason: "no room" }') },
    { Thing: made() },
  );
  await expect(open(assembly)).rejects.toThrow("no room");
  await expect(open(assembly)).rejects.toThrow("no room");
  cpSync(assemblyOf({ Maker: maker }, { Thing: made() }), assembly, {
    recursive: true,
    preserveTimestamps: true,
  });
  expect((await open(assembly)).written).toHaveLength(2);
});
