import { expect, test } from "vitest";
import type { Random } from "../../../local/kernel/random.ts";
import { staleTables } from "../../../local/simulation/tables.ts";
import { advance, startCloud, tableInput } from "../dynamodb/harness.ts";

const Key = { pk: { S: "k" } };

test.each(["KEYS_ONLY", "NEW_AND_OLD_IMAGES"])(
  "a stale read shows an item as it was before recent writes, whatever its stream shows: %s",
  async (StreamViewType) => {
    const { kernel, clock, call } = startCloud();
    const StreamSpecification = { StreamEnabled: true, StreamViewType };
    await call("CreateTable", tableInput("orders", undefined, { StreamSpecification }));
    const put = (a: string) => call("PutItem", { TableName: "orders", Item: { ...Key, a: { S: a } } });
    // Each read is stale if it may be, and shows the past of almost a minute ago.
    const random = { fraction: () => 0.9 } as Random;
    const faults = { stale: { chance: 1, upTo: "1 minute" } } as const;
    const { GetItem: get } = staleTables(kernel, kernel.service("dynamodb")!, faults, random).operations;
    const read = async (more: object = {}) =>
      ((await get!({ TableName: "orders", Key, ...more }, {} as never)) as any).Item?.a.S;
    await put("first");
    expect(await read()).toBeUndefined();
    advance(clock, 60_000);
    expect(await read()).toBe("first");
    await put("second");
    await put("third");
    expect(await read()).toBe("first");
    expect(await read({ ConsistentRead: true })).toBe("third");
  },
);
