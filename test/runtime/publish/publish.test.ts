import { expect, test } from "vitest";
import * as z from "zod";
import { InvalidEvent, NotPublished, publisherFrom } from "../../../lambdas/runtime/publish/publish.ts";
import { type BusEntry, type Envelope, readEnvelope } from "../../../lib/contract/envelope.ts";
import { defineEvent } from "../../../lib/contract/event.ts";
import { traceparentOfEvent } from "../../../lib/contract/trace.ts";

const CommandBase = defineEvent("order.placed", {
  version: 2,
  schema: z.object({ order: z.string(), amount: z.number().default(1) }),
});
const NOW = Date.parse("2026-11-21T10:00:00.000Z");

/** A bus that refuses the entries for which `refuses` holds. */
function setUp(refuses: (entry: BusEntry, call: number) => boolean = () => false) {
  const calls: BusEntry[][] = [];
  const pauses: number[] = [];
  let id = 0;
  const events = publisherFrom("shop", {
    bus: {
      async publish(entries) {
        calls.push(entries);
        return entries.flatMap((entry, index) => (refuses(entry, calls.length) ? [index] : []));
      },
    },
    now: () => NOW,
    newId: () => `e${++id}`,
    pause: async (milliseconds) => void pauses.push(milliseconds),
  });
  return { events, calls, pauses };
}

test("an event is published unchanged, and read back with its producer's metadata", async () => {
  const { events, calls } = setUp();
  const saying = { subject: "c7", correlation: "x", causation: "y" };
  expect(await events.publish(CommandBase, { order: "o1" }, saying)).toBe("e1");
  const [{ Source, DetailType, Detail, Time }] = calls[0]! as [BusEntry];
  const event = {
    id: "bus",
    source: Source,
    "detail-type": DetailType,
    time: "",
    detail: JSON.parse(Detail),
  };
  expect(Time).toEqual(new Date(NOW));
  expect(readEnvelope(event)).toEqual({
    id: "e1",
    name: "order.placed",
    version: 2,
    source: "shop",
    hops: 0,
    data: { order: "o1" },
    time: "2026-11-21T10:00:00.000Z",
    traceparent: traceparentOfEvent("e1"),
    ...saying,
  });
});

test("a payload that breaks its contract is refused with the place, and none of its batch is published", async () => {
  const { events, calls } = setUp();
  const wrong = { order: 7 } as unknown as { order: string };
  await expect(events.publish(CommandBase, wrong)).rejects.toThrow(InvalidEvent);
  await expect(events.publishAll(CommandBase, [{ order: "o1" }, wrong])).rejects.toThrow(
    "The payload at 1 breaks the contract of order.placed version 2: order: ",
  );
  expect(calls).toEqual([]);
});

test("many events are published in their order", async () => {
  const { events, calls } = setUp();
  const payloads = Array.from({ length: 23 }, (_, at) => ({ order: `o${at}` }));
  const ids = await events.publishAll(CommandBase, payloads);
  expect(ids).toEqual(payloads.map((_, at) => `e${at + 1}`));
  expect(calls.flat().map(({ Detail }) => JSON.parse(Detail).order)).toEqual(
    payloads.map(({ order }) => order),
  );
});

test("rejected events are sent again alone, under the same id, after longer and longer pauses", async () => {
  const { events, calls, pauses } = setUp(({ Detail }, call) => Detail.includes("o2") && call < 8);
  expect(await events.publishAll(CommandBase, [{ order: "o1" }, { order: "o2" }])).toEqual(["e1", "e2"]);
  const again = calls
    .slice(1)
    .flat()
    .map(({ Detail }) => JSON.parse(Detail).millrace.id);
  expect(new Set(again)).toEqual(new Set(["e2"]));
  expect(pauses).toEqual([100, 400]);
});

test("events that the bus never accepts are named, with the accepted ones", async () => {
  const { events } = setUp(({ Detail }) => Detail.includes("o2"));
  const failed = events.publishAll(CommandBase, [{ order: "o1" }, { order: "o2" }]);
  await expect(failed).rejects.toThrow(NotPublished);
  await expect(failed).rejects.toMatchObject({ published: ["e1"], undelivered: [{ id: "e2" }] });
});

test("a rejected event can be published again under its id", async () => {
  const { events, calls } = setUp((_, call) => call <= 12);
  const failure = (await events
    .publish(CommandBase, { order: "o1" })
    .catch((error) => error)) as NotPublished;
  const [{ id, data }] = failure.undelivered as [Envelope];
  expect(await events.publish(CommandBase, data as { order: string }, { id })).toBe("e1");
  expect(new Set(calls.flat().map(({ Detail }) => JSON.parse(Detail).millrace.id))).toEqual(new Set(["e1"]));
});

test("the source of Millrace is reserved", () => {
  expect(() => publisherFrom("millrace", {} as never)).toThrow('"millrace" is a reserved source');
});
