import { afterEach, expect, test } from "vitest";
import { type Trips, trips } from "./trips.ts";

let app: Trips;
afterEach(() => app.cloud.close());

const stateOf = async (executionArn: string) =>
  (await app.cloud.call("states", "DescribeExecution", { executionArn })).status as string;

test("an execution that is redriven in the console of Step Functions ends again: nothing blocks, and nothing runs", async () => {
  let down = true;
  app = await trips({
    charge: () => {
      if (down) throw new Error("503");
    },
  });
  await app.request(["mon"]);
  await app.cloud.advance("10 minutes");
  const { status, execution } = await app.item();
  expect(status).toBe("failed");
  const seen = [...app.seen];
  down = false;
  await app.cloud.call("states", "RedriveExecution", { executionArn: execution! });
  await app.cloud.advance("10 minutes");
  expect(await stateOf(execution!)).toBe("FAILED");
  expect(app.seen).toEqual(seen);
  expect(await app.item()).toMatchObject({ status: "failed", epoch: 1 });
  expect(await app.order("retry")).toMatchObject({ done: true });
  await app.cloud.advance("10 minutes");
  expect(await app.item()).toMatchObject({ status: "succeeded", epoch: 2 });
});
