import { shardsOf } from "../../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import { replayKey } from "../../../../lib/contract/keys/replay.ts";
import { type ReplayItem, TABLE } from "../../../../lib/contract/table.ts";
import type { ReplayProgress, ReplayReader } from "../../replay/ports.ts";
import { QueryCommand } from "../client/dynamodb-commands.ts";
import { busClient } from "../client/events-calls.ts";
import { DescribeReplayCommand } from "../client/events-commands.ts";
import { readItem, readItems } from "../table/read-items.ts";
import type { Table } from "../table/table.ts";

const { list } = TABLE.indexes;

/** Replays, from the table and the bus. */
export function replayReader(table: Table, client = busClient()): ReplayReader {
  const newest = async (partition: string, limit: number) => {
    const { Items } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: list.name,
        KeyConditionExpression: "#list = :partition",
        ExpressionAttributeNames: { "#list": list.partitionKey },
        ExpressionAttributeValues: { ":partition": partition },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return (Items ?? []) as (ItemKey & { listedAt: string })[];
  };

  const progressOf = async (replay: string): Promise<ReplayProgress> => {
    try {
      const { State, StateReason, EventLastReplayedTime, ReplayEndTime } = await client.send(
        new DescribeReplayCommand({ ReplayName: replay }),
      );
      return {
        state: State!.toLowerCase() as ReplayProgress["state"],
        reason: StateReason,
        deliveredUntil: EventLastReplayedTime?.toISOString(),
        endedAt: ReplayEndTime?.toISOString(),
      };
    } catch (error) {
      if ((error as Error).name !== "ResourceNotFoundException") throw error;
      return { state: "unknown" };
    }
  };

  return {
    async list(limit) {
      const shards = await Promise.all(shardsOf("replay").map((shard) => newest(shard, limit)));
      const keys = shards
        .flat()
        .sort((a, b) => (a.listedAt < b.listedAt ? 1 : -1))
        .slice(0, Math.min(limit, MOST_AT_ONCE));
      const items = await readItems<ReplayItem>(table, keys);
      return items.filter((item) => item !== undefined);
    },

    async read(replay) {
      const item = await readItem<ReplayItem>(table, replayKey(replay));
      return item && { item, progress: await progressOf(replay) };
    },
  };
}

/** DynamoDB's limit of items per read. */
const MOST_AT_ONCE = 100;
