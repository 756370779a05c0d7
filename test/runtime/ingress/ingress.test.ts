import { beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { arrivalOf, type ChangeRecord } from "../../../lambdas/runtime/ingress/change-arrivals.ts";
import {
  type Arrival,
  type IngressPorts,
  publishArrivals,
} from "../../../lambdas/runtime/ingress/ingress.ts";
import { type BusEntry, readEnvelope } from "../../../lib/contract/envelope.ts";
import type { QuarantineItem } from "../../../lib/contract/table.ts";
import { defineEvent, defineTableChanges } from "../../../lib/index.ts";

const contract = defineEvent("thing.happened", { version: 3, schema: z.object({ id: z.string() }) });

let entries: BusEntry[];
let kept: QuarantineItem[];
let refuse: (entry: BusEntry) => boolean;
beforeEach(() => {
  [entries, kept, refuse] = [[], [], () => false];
});

const ports = {
  bus: {
    async publish(batch) {
      entries.push(...batch.filter((entry) => !refuse(entry)));
      return batch.flatMap((entry, index) => (refuse(entry) ? [index] : []));
    },
  },
  quarantine: { keep: async (item) => void kept.push(item) },
  now: () => 0,
  log: { info() {}, warn() {}, error() {} },
  metrics: { count() {}, milliseconds() {} },
} satisfies IngressPorts;

const spec = { trigger: "hub", retentionDays: 1 };
const arrival = (id: string, payload: unknown, more: Partial<Arrival> = {}): Arrival => ({
  id,
  time: "2026-01-01T00:00:00.000Z",
  contract,
  payload,
  ...more,
});
const published = () =>
  entries.map(({ Source, DetailType, Detail }) =>
    readEnvelope({
      id: "bus",
      source: Source,
      "detail-type": DetailType,
      time: "",
      detail: JSON.parse(Detail),
    }),
  );

test("an arrival becomes an event under the trigger's name, with the occurrence's id, time and subject", async () => {
  expect(await publishArrivals([arrival("o1", { id: "a" }, { subject: "a" })], spec, ports)).toEqual([
    "published",
  ]);
  expect(published()).toMatchObject([
    { id: "o1", name: "thing.happened", version: 3, source: "hub", subject: "a", hops: 0, data: { id: "a" } },
  ]);
});

test("fields that a sender writes under the envelope's key are ignored", async () => {
  await publishArrivals([arrival("o1", { id: "a", millrace: { id: "forged", hops: -5 } })], spec, ports);
  expect(published()).toMatchObject([{ id: "o1", hops: 0 }]);
});

test("an invalid or unconvertible occurrence is quarantined with the reason and does not block others", async () => {
  const translate = () => {
    throw new Error("no such field");
  };
  const outcomes = await publishArrivals(
    [
      arrival("o1", { id: 1 }),
      arrival("o2", "{broken"),
      arrival("o3", {}, { translate }),
      arrival("o4", { id: "d" }),
    ],
    spec,
    ports,
  );
  expect(outcomes).toEqual(["quarantined", "quarantined", "quarantined", "published"]);
  expect(
    kept.map(({ subscriber, findings }) => [subscriber, findings[0]!.path, findings[0]!.message]),
  ).toEqual([
    ["hub", "id", expect.stringContaining("expected string")],
    ["hub", "", expect.stringContaining("expected object")],
    ["hub", "", "hub could not convert it: no such field"],
  ]);
  expect(JSON.parse(kept[0]!.body).detail).toEqual({ id: 1, millrace: { version: contract.version } });
  expect(JSON.parse(kept[1]!.body)).toMatchObject({ "detail-type": "thing.happened", detail: "{broken" });
});

test("events that the bus rejects are reported, after some attempts", async () => {
  refuse = ({ Detail }) => Detail.includes('"b"');
  const arrivals = ["a", "b", "c"].map((id) => arrival(id, { id }));
  expect(await publishArrivals(arrivals, spec, ports)).toEqual(["published", "refused", "published"]);
});

test("occurrences of no interest are left out", async () => {
  expect(await publishArrivals([arrival("o1", {}, { translate: () => undefined })], spec, ports)).toEqual([
    "ignored",
  ]);
  expect([entries, kept]).toEqual([[], []]);
});

test("a change contains the difference, under an id derived from its place in the stream", () => {
  const changes = defineTableChanges("users", { modified: contract });
  const record: ChangeRecord = {
    sequence: "17",
    time: "2026-01-01T00:00:00.000Z",
    keys: { userId: "u", sort: 1 },
    expired: false,
    before: { mail: "a", tags: [1] },
    after: { mail: "b", tags: [1], name: "n" },
  };
  const announced = arrivalOf(record, changes, {})!;
  expect(announced).toMatchObject({ subject: "u/1", payload: { changed: ["mail", "name"], sequence: "17" } });
  expect(arrivalOf(record, changes, {})!.id).toBe(announced.id);
  expect(arrivalOf({ ...record, sequence: "18" }, changes, {})!.id).not.toBe(announced.id);
  expect(arrivalOf({ ...record, before: undefined }, changes, {})).toBeUndefined();
});
