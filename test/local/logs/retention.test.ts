import { expect, test } from "vitest";
import { virtualClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { Store } from "../../../local/kernel/store.ts";
import { logsResources } from "../../../local/logs/resources.ts";
import { logsService } from "../../../local/logs/service.ts";

const retention = logsResources.find(({ type }) => type === "Custom::LogRetention")!;
const LogGroupName = "/aws/lambda/resize";

test("logRetention of a function creates its group and sets, changes and lifts the retention", async () => {
  const kernel = new Kernel({
    clock: virtualClock(0),
    random: seededRandom(1),
    store: Store.open(":memory:"),
    endpoint: "http://127.0.0.1:4566",
  });
  kernel.register(logsService(kernel));
  const deploy = (properties: object) =>
    retention.deploy(
      {
        type: retention.type,
        path: "App/Retention",
        logicalId: "Retention",
        generatedName: "App-Retention",
        properties: { LogGroupName, ...properties },
      },
      kernel,
      { path: (key) => key },
    );
  const days = async () =>
    (await kernel.call("logs", "DescribeLogGroups", { logGroupNamePrefix: LogGroupName })).logGroups[0]
      .retentionInDays;

  expect(await deploy({ RetentionInDays: 7 })).toEqual({ ref: LogGroupName, attributes: { LogGroupName } });
  expect(await days()).toBe(7);
  await deploy({ RetentionInDays: "30" });
  expect(await days()).toBe(30);
  await deploy({});
  expect(await days()).toBeUndefined();
});
