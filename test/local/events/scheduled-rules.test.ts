import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Store } from "../../../local/kernel/store.ts";
import { cloud, QUEUE, START } from "./harness.ts";

const MINUTE = 60_000;
const schedule = async ({ events }: ReturnType<typeof cloud>, ScheduleExpression: string) => {
  await events("PutRule", { Name: "tick", ScheduleExpression });
  await events("PutTargets", { Rule: "tick", Targets: [{ Id: "t", Arn: QUEUE }] });
};

test("a schedule sends its event to its own targets only", async () => {
  const local = cloud();
  await local.rule("other", { source: ["aws.events"] });
  await local.events("RemoveTargets", { Rule: "other", Ids: ["t"] });
  await schedule(local, "cron(0/10 * * * ? *)");
  await local.advance(20 * MINUTE);
  const event = {
    version: "0",
    id: expect.any(String),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: "000000000000",
    region: "us-east-1",
    resources: ["arn:aws:events:us-east-1:000000000000:rule/tick"],
    detail: {},
  };
  expect(local.bodies()).toEqual([
    { ...event, time: "2026-11-21T07:10:00Z" },
    { ...event, time: "2026-11-21T07:20:00Z" },
  ]);
});

test("a disabled schedule does not fire; an unchanged one continues, a new one starts over", async () => {
  const local = cloud();
  const times = () => local.bodies().map(({ time }) => Date.parse(time) - START);
  await schedule(local, "rate(10 minutes)");
  await local.advance(6 * MINUTE);
  await schedule(local, "rate(10 minutes)");
  await local.advance(4 * MINUTE);
  expect(times()).toEqual([10 * MINUTE]);
  await local.events("DisableRule", { Name: "tick" });
  await local.advance(60 * MINUTE);
  expect(times()).toHaveLength(1);
  await schedule(local, "rate(1 hour)");
  await local.advance(60 * MINUTE);
  expect(times()).toEqual([10 * MINUTE, 130 * MINUTE]);
});

test("a missed occurrence fires once, and then at the normal times", async () => {
  const folder = mkdtempSync(join(tmpdir(), "events-"));
  const path = join(folder, "cloud.db");
  const first = cloud({ store: Store.open(path) });
  await schedule(first, "rate(10 minutes)");
  await first.store.flushed();
  first.store.close();

  const second = cloud({ store: Store.open(path), start: START + 35 * MINUTE });
  await second.advance(5 * MINUTE);
  expect(second.bodies().map(({ time }) => Date.parse(time) - START)).toEqual([10 * MINUTE, 40 * MINUTE]);
  await second.service.stop!();
  await second.advance(60 * MINUTE);
  expect(second.calls).toHaveLength(2);
  second.store.close();
  rmSync(folder, { recursive: true });
});

test("schedules belong to the default bus", async () => {
  const { events } = cloud();
  await events("CreateEventBus", { Name: "b" });
  const rule = { Name: "tick", ScheduleExpression: "rate(1 minute)" };
  await expect(events("PutRule", { ...rule, EventBusName: "b" })).rejects.toThrow(
    "ScheduleExpression is supported only on the default event bus.",
  );
  await expect(events("PutRule", { ...rule, ScheduleExpression: "rate(1 minutes)" })).rejects.toThrow(
    "Parameter ScheduleExpression is not valid.",
  );
});
