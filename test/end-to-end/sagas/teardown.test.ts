import { ListExecutionsCommand, ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterEach, expect, test } from "vitest";
import { deployedSubscribers, openRunsOf } from "../../../bin/teardown/deployed.ts";
import { teardown } from "../../../bin/teardown/teardown.ts";
import { type Trips, trips } from "./trips.ts";

let app: Trips;
afterEach(async () => {
  await app.cloud.close();
  expect(app.reports).toEqual([]);
});

const HOUR = 3_600_000;

async function tearDown(terminate: boolean) {
  const said: string[] = [];
  const subscribers = () => deployedSubscribers(app.table);
  const outcome = await teardown(
    { by: "ada", why: "it is over", key: "k", terminate, within: HOUR },
    {
      subscribers,
      openRuns: async () => await openRunsOf(app.table, await subscribers()),
      control: async ({ action, ...more }) => (await app.order(action, more)) as never,
      pause: async (milliseconds) => void (await app.cloud.advance(`${milliseconds / 1000} seconds`)),
      now: () => app.cloud.now(),
      say: (line) => said.push(line),
    },
  );
  return { outcome, said };
}

/** Executions that would keep a deleted state machine. */
async function running() {
  const client = app.cloud.client(SFNClient);
  const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
  const lists = stateMachines.map(async ({ stateMachineArn }) => {
    const input = { stateMachineArn, statusFilter: "RUNNING" } as const;
    return (await client.send(new ListExecutionsCommand(input))).executions ?? [];
  });
  return (await Promise.all(lists)).flat();
}

test("a running run is waited for, and a new one does not start", async () => {
  app = await trips({ charge: (_, sleep) => sleep(8_000) });
  await app.request();
  await app.cloud.advance("2 seconds");
  expect(await running()).toHaveLength(1);
  const { outcome } = await tearDown(false);
  expect(outcome).toEqual({ open: [], held: 0 });
  expect(await app.item()).toMatchObject({ status: "succeeded" });
  expect(await running()).toEqual([]);
});

test("with --terminate it is ended at once and undone, and no execution is left, nor that of the undo", async () => {
  app = await trips({ charge: (_, sleep) => sleep(8_000) });
  await app.request();
  await app.cloud.advance("2 seconds");
  const { outcome, said } = await tearDown(true);
  expect(outcome).toEqual({ open: [], held: 0 });
  expect(await app.item()).toMatchObject({
    status: "terminated",
    compensation: { open: false, failed: 0 },
    terminated: { by: "ada", why: "it is over" },
  });
  expect(app.seen.filter((path) => path.endsWith("#undo")).length).toBeGreaterThan(0);
  expect(await running()).toEqual([]);
  expect(said[0]).toBe("1 workflow or reaction drained.");
});
