import { afterEach, expect, test } from "vitest";
import { type Simulation, simulate } from "../../../local/simulate.ts";
import { synthesizeAlbums } from "../../end-to-end/pools/album/app.ts";

let cloud: Simulation;
afterEach(() => cloud.close());

test("an app whose workflow has a stack of its own runs as one does in a nested stack", async () => {
  cloud = await simulate(synthesizeAlbums("separate").folder, { seed: 1, schedules: false });
  const outputs = (await cloud.outputs("Albums")) as Record<string, string>;
  await cloud.call("events", "PutEvents", {
    Entries: [
      {
        EventBusName: outputs.MillraceBus,
        Source: "test",
        DetailType: "album.ordered",
        Detail: JSON.stringify({ albumId: "a", pictures: ["one", "two"] }),
      },
    ],
  });
  await cloud.settle();
  await cloud.advance("5 minutes");
  const { stateMachines } = await cloud.call("states", "ListStateMachines", {});
  const { stateMachineArn } = (stateMachines as any[]).find(({ name }) => name.endsWith("make-album"));
  const { executions } = await cloud.call("states", "ListExecutions", { stateMachineArn });
  expect((executions as any[]).map(({ status }) => status)).toEqual(["SUCCEEDED"]);
  // Logs of all of an app's functions are found by the name of its main stack.
  const { logGroups } = await cloud.call("logs", "DescribeLogGroups", {
    logGroupNamePrefix: "/millrace/Albums/",
  });
  const names = (logGroups as any[]).map(({ logGroupName }) => logGroupName);
  expect(names).toContain("/millrace/Albums/make-album/Intake");
});
