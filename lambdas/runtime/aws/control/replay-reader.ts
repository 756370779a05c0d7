import { shardsOf } from "../../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import { replayKey } from "../../../../lib/contract/keys/replay.ts";
import { type ReplayItem, TABLE } from "../../../../lib/contract/table.ts";
import type { ReplayProgress, ReplayReader } from "../../replay/ports.ts";
import { busClient } from "../client/events-calls.ts";
import { DescribeReplayCommand } from "../client/events-commands.ts";
import { firstEntries } from "../table/read-index.ts";
import { readItem, readItems } from "../table/read-items.ts";
import type { Table } from "../table/table.ts";

const { list } = TABLE.indexes;

/** Replays, from the table and the bus. */
export function replayReader(table: Table, client = busClient()): ReplayReader {
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
      const keys = await firstEntries<ItemKey>(table, list, shardsOf("replay"), {
        newestFirst: true,
        limit: Math.min(limit, MOST_AT_ONCE),
      });
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
