import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import { Millrace } from "../../../lib/millrace.ts";
import type { Cloud } from "../../../local/cloud.ts";
import { releasePayment } from "../quorum/app/workflow.ts";
import { millrace, newFolder, start, until } from "./harness.ts";

/** An approval by two people, decided by the command line. */
let cloud: Cloud;
beforeAll(async () => {
  const app = new App({ outdir: newFolder() });
  const handlers = join(import.meta.dirname, "../quorum/app");
  new Millrace(new Stack(app, "Payments"), "Millrace", {
    workflows: [releasePayment],
    handlers,
    console: false,
  });
  cloud = await start(app.synth().directory, undefined);
  const { Stacks } = await cloud.kernel.call("cloudformation", "DescribeStacks", { StackName: "Payments" });
  const outputs: { OutputKey: string; OutputValue: string }[] = Stacks[0].Outputs;
  const { OutputValue: EventBusName } = outputs.find(({ OutputKey }) => OutputKey === "MillraceBus")!;
  const event = { EventBusName, Source: "test", DetailType: "payment.requested" };
  const Detail = JSON.stringify({ payment: "p1", by: "ann" });
  await cloud.kernel.call("events", "PutEvents", { Entries: [{ ...event, Detail }] });
}, 120_000);
afterAll(() => cloud.close());

const RUN = runId("release-payment", "payment.requested", "p1");
const command = (...args: string[]) => millrace(cloud.endpoint, ["--stack", "Payments", ...args]);

test("--delegate-to lets another person decide in one's place, once; the delegate's vote counts", async () => {
  const own = await until("the approval", async () => {
    const refused = await command("approve", RUN, "--as", "bob", "--delegate-to", "ann");
    return /There is no run|no pending approval/.test(refused.error) ? undefined : refused;
  });
  expect(own.code).toBe(1);
  expect(own.error).toContain("ann");

  const delegated = await command("approve", RUN, "--as", "bob", "--delegate-to", "cy", "--note", "on leave");
  expect(delegated).toMatchObject({
    code: 0,
    out: `cy may decide treasurer of ${RUN} for bob.\n`,
    error: "",
  });
  const again = await command("approve", RUN, "--as", "bob", "--delegate-to", "dan");
  expect(again.code).toBe(1);
  expect(again.error).toContain("bob");
  const first = await command("approve", RUN, "--as", "cy");
  expect(first).toMatchObject({ code: 0, error: "" });
  expect(first.out).toContain("The approval of cy counts");
  const instead = await command("approve", RUN, "--as", "bob");
  expect(instead.error).toContain("cy has decided in the place of bob. One person counts once.");
  const second = await command("approve", RUN, "--as", "eve", "--json");
  expect(JSON.parse(second.out)).toMatchObject({ run: RUN, approved: true, decidedBy: "eve" });
  await until("the end", async () => {
    const { out } = await command("run", RUN);
    return out.includes("succeeded") ? out : undefined;
  });
  const late = await command("approve", RUN, "--as", "bob", "--delegate-to", "fay");
  expect(late.error).toContain("has no pending approval");
}, 120_000);
