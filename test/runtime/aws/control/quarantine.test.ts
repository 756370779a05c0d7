import { expect, test } from "vitest";
import { tableQuarantine } from "../../../../lambdas/runtime/aws/control/quarantine.ts";
import { tableQuarantineStore } from "../../../../lambdas/runtime/aws/control/quarantine-store.ts";
import { tableOutbox } from "../../../../lambdas/runtime/aws/relay/outbox.ts";
import { quarantineKey } from "../../../../lib/contract/keys/delivery.ts";
import { shardOf } from "../../../../lib/contract/keys/index-partitions.ts";
import type { QuarantineItem, ResolvedEvent } from "../../../../lib/contract/table.ts";
import { stateTable } from "../state-table.ts";

const NOW = "2026-11-21T10:00:00.000Z";
const open = stateTable(Date.parse(NOW));

let ids = 0;
const event = (body: string, id = `q${++ids}`): QuarantineItem => ({
  ...quarantineKey(id),
  kind: "quarantine",
  id,
  subscriber: "w",
  reason: "contract",
  findings: [],
  body,
  name: "n",
  source: "s",
  quarantinedAt: NOW,
  changedAt: NOW,
  listedAt: NOW,
  list: shardOf("quarantine", id),
  revision: 1,
  unpublished: shardOf("unpublished", id),
  expiresAt: 0,
});
const resolved = (as: ResolvedEvent["as"]): ResolvedEvent => ({
  as,
  by: "ada",
  why: "a typo",
  key: "k",
  at: NOW,
});

test("a body of a megabyte is stored whole, and whether it came by a queue", async () => {
  const table = open();
  const body = `${"🎬é".repeat(170_000)}!`;
  expect(Buffer.byteLength(body)).toBeGreaterThan(1_000_000);
  const item = event(body);
  await tableQuarantine(table, { queued: true }).keep(item);
  const store = tableQuarantineStore(table);
  expect((await store.read(item.id))!.body === body).toBe(true);
  expect(await store.read(item.id)).toMatchObject({ queued: true, reason: "contract" });
  expect(await store.read("nothing")).toBeUndefined();
});

test("a resolved event is no longer listed, and has the operator and reason", async () => {
  const table = open();
  const item = event("{}");
  await tableQuarantine(table).keep(item);
  await tableOutbox(table).published(item, item.revision);
  const store = tableQuarantineStore(table);
  await store.resolve(item.id, resolved("discarded"));
  const after = await store.read(item.id);
  expect(after).toMatchObject({
    revision: 2,
    resolved: resolved("discarded"),
    unpublished: item.unpublished,
  });
  expect(after).not.toHaveProperty("list");
});

test("a released event that is quarantined again is open again; a discarded one stays discarded", async () => {
  const table = open();
  const store = tableQuarantineStore(table);
  for (const [as, expected] of [
    ["released", { revision: 3, list: expect.any(String) }],
    ["discarded", { revision: 2, resolved: resolved("discarded") }],
  ] as const) {
    const item = event("{}");
    await tableQuarantine(table).keep(item);
    await store.resolve(item.id, resolved(as));
    await tableQuarantine(table).keep(item);
    const after = await store.read(item.id);
    expect(after).toMatchObject(expected);
    if (as === "released") expect(after).not.toHaveProperty("resolved");
  }
});
