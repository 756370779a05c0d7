import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { correlatedKey, logEnd, logKey } from "../../../../lib/contract/keys.ts";
import { inOrder } from "../../../../lib/contract/log-order.ts";
import { type CorrelatedItem, type LogItem, TABLE } from "../../../../lib/contract/table.ts";
import type { LogReader } from "../../ports.ts";
import { queryPartition, type Table } from "../table/table.ts";

/** Logs that are read at once, where an outside event led to many runs. */
const AT_ONCE = 10;

/** The log of runs, as the table has it. It follows what happens by a moment. */
export function logReader(table: Table): LogReader {
  const ofRun: LogReader["ofRun"] = async (run, until) =>
    inOrder(await Array.fromAsync(entries(table, run, until)));
  return {
    ofRun,
    async ofCorrelation(correlation, until) {
      const found = await Array.fromAsync(
        queryPartition<CorrelatedItem>(table, correlatedKey(correlation).pk),
      );
      const runs = found.map(({ run }) => run);
      const logs: LogItem[] = [];
      for (let at = 0; at < runs.length; at += AT_ONCE) {
        const some = await Promise.all(runs.slice(at, at + AT_ONCE).map((run) => ofRun(run, until)));
        logs.push(...some.flat());
      }
      return { runs, entries: inOrder(logs) };
    },
  };
}

async function* entries(table: Table, run: string, until: string | undefined): AsyncGenerator<LogItem> {
  const upTo = until === undefined ? "" : " AND #sk <= :until";
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: `#pk = :pk${upTo}`,
        ExpressionAttributeNames: { "#pk": TABLE.partitionKey, ...(upTo && { "#sk": TABLE.sortKey }) },
        ExpressionAttributeValues: {
          ":pk": logKey(run, "", "", 0, "").pk,
          ...(until !== undefined && { ":until": logEnd(until) }),
        },
        ExclusiveStartKey: start,
      }),
    );
    yield* (page.Items ?? []) as LogItem[];
    start = page.LastEvaluatedKey;
  } while (start);
}
