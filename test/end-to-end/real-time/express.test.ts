import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import type { Cloud } from "../../../local/cloud.ts";
import { synthesizeParcels } from "../express/parcel/app.ts";
import { EXPRESS, STANDARD } from "../parcels/open-parcels.ts";
import { millrace, start, until } from "./harness.ts";

/** The commands about one run: of a run without an execution, and of one of the same definition with one. */
let cloud: Cloud;
beforeAll(async () => {
  cloud = await start(synthesizeParcels(), undefined);
  const { Stacks } = await cloud.kernel.call("cloudformation", "DescribeStacks", { StackName: "Parcels" });
  const outputs: { OutputKey: string; OutputValue: string }[] = Stacks[0].Outputs;
  const { OutputValue: EventBusName } = outputs.find(({ OutputKey }) => OutputKey === "MillraceBus")!;
  const event = { EventBusName, Source: "test", DetailType: "parcel.ready", Detail: '{"id":"p"}' };
  await cloud.kernel.call("events", "PutEvents", { Entries: [event] });
  for (const workflow of [EXPRESS, STANDARD])
    await until(workflow, async () => {
      const { code, out } = await command("run", idOf(workflow));
      return code === 0 && out.includes("succeeded") ? out : undefined;
    });
}, 120_000);
afterAll(() => cloud.close());

const idOf = (workflow: string) => runId(workflow, "parcel.ready", "p");
const command = (...args: string[]) => millrace(cloud.endpoint, ["--stack", "Parcels", ...args]);

/** What a command prints about both runs, without what differs between any two runs. */
async function both(...args: [string, ...string[]]): Promise<string[]> {
  const [name, ...options] = args;
  const texts: string[] = [];
  for (const workflow of [EXPRESS, STANDARD]) {
    const { code, out, error } = await command(name, idOf(workflow), ...options);
    expect([code, error], workflow).toEqual([0, ""]);
    // The members of an object have no order.
    const lines = out.split("\n").map((line) => line.replace(/,$/, ""));
    texts.push(
      lines
        .join("\n")
        .replaceAll(idOf(workflow), "RUN")
        .replaceAll(workflow, "WORKFLOW")
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
        .replaceAll(/\b(?:just now|[\d.]+ (?:ms|s) ago)\b/g, "AGO")
        .replaceAll(/[\d.]+ (?:ms|s)\b/g, "DURATION")
        .replaceAll(/ {2,}/g, "  "),
    );
  }
  return texts;
}

/** What the texts of both have in common, and what each has alone. */
function compared([express, standard]: readonly string[]) {
  const [lines, others] = [express!.split("\n"), standard!.split("\n")];
  return {
    express: lines.filter((line) => !others.includes(line)),
    standard: others.filter((line) => !lines.includes(line)),
  };
}

test("run shows the same, and that there is no execution", async () => {
  expect(compared(await both("run"))).toEqual({
    express: ["express: no execution"],
    standard: [expect.stringMatching(/^execution arn:/)],
  });
});

test.each([["run", "--at", new Date(Date.now() + 3_600_000).toISOString()], ["trace"], ["replay"]] as [
  string,
  ...string[],
][])("%s shows the same", async (...args) => {
  expect(compared(await both(...args))).toEqual({ express: [], standard: [] });
});

test("log shows the same in the same order", async () => {
  const [express, standard] = await both("log");
  expect(express).toBe(standard);
});

test("logs shows the same lines of the steps, with their own attempts", async () => {
  const steps = (text: string) => text.split("\n").filter((line) => line.includes("Begins"));
  const [express, standard] = await both("logs");
  expect(steps(express!)).toEqual(steps(standard!));
  expect(steps(express!)).toHaveLength(3);
});

test("replay steps through the same moments, and a recording needs no cloud", async () => {
  const moments = (text: string) => text.split("\n").filter((line) => /^\d\/\d/.test(line));
  const [express, standard] = await both("replay", "--debug");
  expect(moments(express!)).toEqual(moments(standard!));
  const file = join(mkdtempSync(join(tmpdir(), "millrace-express-")), "run.json");
  expect(await command("replay", idOf(EXPRESS), "--save", file)).toMatchObject({ code: 0 });
  expect(await millrace("http://127.0.0.1:1", ["replay", file])).toEqual({
    code: 0,
    out: `${idOf(EXPRESS)} takes the same path: 5 moments.\n`,
    error: "",
  });
});
