import { limitLaneKey } from "../../../../lib/contract/keys/flow-control.ts";
import { type LimitEntryItem, type LimitLaneItem, TABLE } from "../../../../lib/contract/table.ts";
import type { Views } from "../../api/ports.ts";
import { QueryCommand } from "../client/dynamodb-commands.ts";
import type { Table } from "../table/table.ts";

/** Reads the lanes of shared limits for people. Eventually consistent. */
export function limitLanes(table: Table): Views["limitLane"] {
  return async (limit, lane, most) => {
    const { pk } = limitLaneKey(limit, lane);
    // "lane" sorts before every "queued#…".
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: "#pk = :pk",
        ExpressionAttributeNames: { "#pk": TABLE.partitionKey },
        ExpressionAttributeValues: { ":pk": pk },
        Limit: most + 1,
      }),
    );
    const [first, ...others] = Items as (LimitLaneItem | LimitEntryItem)[];
    const isLane = first?.kind === "limit-lane";
    const waiting = (isLane || !first ? others : [first, ...others]) as LimitEntryItem[];
    return { lane: isLane ? first : undefined, waiting: waiting.slice(0, most) };
  };
}
