import { DeleteCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { LaneItem, QueuedItem } from "../../../../lib/contract/items/lane.ts";
import { laneKey, queuedKey } from "../../../../lib/contract/keys.ts";
import { TABLE } from "../../../../lib/contract/table.ts";
import type { Lanes } from "../../intake/ports.ts";
import type { Now } from "../../ports.ts";
import { change, putNew, type Table } from "../table/table.ts";

/** A run may take a year, and holds its place for as long. */
const KEPT_SECONDS = 400 * 24 * 60 * 60;
/** How much of a line is read at once; more than move up at once follows with the next look. */
const LOOK_AHEAD = 25;

/** Lanes in the table. */
export function tableLanes(table: Table, workflow: string, now: Now = Date.now): Lanes {
  const kept = () => ({
    changedAt: new Date(now()).toISOString(),
    expiresAt: Math.ceil(now() / 1000) + KEPT_SECONDS,
  });
  return {
    async read(key) {
      const { pk, sk } = laneKey(workflow, key);
      // "lane" sorts before every "queued#…", so that one query answers the lane and the head of its line.
      const { Items = [] } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          ConsistentRead: true,
          KeyConditionExpression: "#pk = :pk AND #sk >= :lane",
          ExpressionAttributeNames: { "#pk": TABLE.partitionKey, "#sk": TABLE.sortKey },
          ExpressionAttributeValues: { ":pk": pk, ":lane": sk },
          Limit: LOOK_AHEAD,
        }),
      );
      const lane = Items.find((item) => item.kind === "lane") as LaneItem | undefined;
      const queued = Items.filter((item) => item.kind === "queued") as QueuedItem[];
      return {
        revision: lane?.revision,
        running: lane?.running ?? [],
        passed: lane?.passed ?? [],
        burst: lane?.burst,
        queued: queued.map((item) => ({ execution: item.execution, order: item.sk.slice("queued#".length) })),
      };
    },

    async queue(key, { execution, order }) {
      const place = { kind: "queued", execution, revision: 1, ...kept() } as const;
      await putNew<QueuedItem>(table, { ...queuedKey(laneKey(workflow, key).pk, order), ...place });
    },

    async unqueue(key, { order }) {
      await table.client.send(
        new DeleteCommand({ TableName: table.name, Key: queuedKey(laneKey(workflow, key).pk, order) }),
      );
    },

    async write(key, { revision, running, passed, burst }) {
      const written = await change(table, laneKey(workflow, key), {
        set: { kind: "lane", workflow, key, running, passed, burst, ...kept() },
        remove: burst ? [] : ["burst"],
        condition: revision === undefined ? "attribute_not_exists(#revision)" : "#revision = :revision",
        values: revision === undefined ? {} : { revision },
      });
      return "changed" in written;
    },
  };
}
