import { expect, test } from "vitest";
import { ServiceError } from "../../../local/kernel/errors.ts";
import { cloud, DEAD } from "./harness.ts";

const shop = { source: ["shop"] };

/** The default bus forwards to "second", which receives into the queue and forwards back. */
async function pair() {
  const local = cloud();
  const first = "arn:aws:events:us-east-1:000000000000:event-bus/default";
  const { EventBusArn: second } = await local.events("CreateEventBus", { Name: "second" });
  const DeadLetterConfig = { Arn: DEAD };
  await local.rule("forward", shop, { Arn: second, RoleArn: "arn:aws:iam::000000000000:role/forward" });
  await local.rule("receive", shop, {}, "second");
  await local.rule("back", shop, { Arn: first, DeadLetterConfig }, "second");
  return { ...local, first, second };
}

test("an event goes from one bus to another, and no further: buses that forward to each other make no loop", async () => {
  const { put, settle, calls } = await pair();
  const { EventId } = await put({ n: 1 });
  await settle();
  const [received, dead] = calls.map(({ input }) => input).sort((a) => (a.MessageAttributes ? 1 : -1));
  expect(calls).toHaveLength(2);
  expect(JSON.parse(received.MessageBody)).toMatchObject({ id: EventId, detail: { n: 1 } });
  expect(JSON.parse(dead.MessageBody).id).toBe(EventId);
  expect(dead.MessageAttributes).toMatchObject({
    ERROR_CODE: { StringValue: "THIRD_ACCOUNT_HOP_DETECTED" },
    ERROR_MESSAGE: {
      StringValue: `Event ingestion rejected for event ${EventId} because an event can be sent to an event bus target only once. This event was previously delivered to an event bus target.`,
    },
    RETRY_ATTEMPTS: { StringValue: "0" },
  });
});

test("the policy of the receiving bus decides whether the rule may put the event", async () => {
  const { put, settle, kernel, second } = await pair();
  const asked: unknown[] = [];
  kernel.authorizer = ({ caller, sourceArn }, service, operation, input) => {
    if (service === "events" && input.Entries[0].EventBusName)
      asked.push({ caller, sourceArn, operation, input });
  };
  await put({ n: 1 });
  await settle();
  expect(asked).toEqual([
    {
      caller: "arn:aws:iam::000000000000:role/forward",
      sourceArn: "arn:aws:events:us-east-1:000000000000:rule/forward",
      operation: "PutEvents",
      input: { Entries: [{ EventBusName: second, Source: "shop", DetailType: "order" }] },
    },
  ]);
});

test("a bus that refuses the event does not get it, and is not asked again", async () => {
  const { put, advance, kernel, calls, log } = await pair();
  kernel.authorizer = ({ caller }) => {
    if (caller.endsWith("/forward"))
      throw new ServiceError("AccessDeniedException", "not authorized to perform");
  };
  await put({ n: 1 });
  await advance(24 * 3_600_000);
  expect(calls).toEqual([]);
  expect(log).toEqual([expect.stringContaining("NO_PERMISSIONS: not authorized to perform")]);
});
