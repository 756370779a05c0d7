import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { releaseKey, shardsOf } from "../../../../lib/contract/keys.ts";
import { type ReleaseItem, type RunItem, TABLE } from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { LiveRuns, Releases } from "../../release/ports.ts";
import { readItems } from "../table/read-items.ts";
import { queryPartition, type Table } from "../table/table.ts";

/** Runs end at their deadline, long before. */
const KEPT_SECONDS = 10 * 365 * 24 * 60 * 60;

/** Releases in the table. */
export function tableReleases(table: Table, now: Now = Date.now): Releases {
  const find = async (workflow: string, version: string) =>
    (await readItems<ReleaseItem>(table, [releaseKey(workflow, version)]))[0];
  return {
    find,

    async list(workflow) {
      const { pk, sk } = releaseKey(workflow ?? "");
      return await Array.fromAsync(queryPartition<ReleaseItem>(table, pk, workflow && sk));
    },

    async live() {
      const counts = new Map<string, LiveRuns>();
      for await (const { workflow, version } of openRuns(table)) {
        const key = releaseKey(workflow, version).sk;
        counts.set(key, { workflow, version, runs: (counts.get(key)?.runs ?? 0) + 1 });
      }
      return [...counts.values()];
    },

    async keep({ workflow, version, steps, graph, express }) {
      const earlier = (
        await Array.fromAsync(
          queryPartition<ReleaseItem>(table, releaseKey(workflow).pk, releaseKey(workflow, version).sk),
        )
      )[0];
      const time = new Date(now()).toISOString();
      const release: ReleaseItem = {
        ...releaseKey(workflow, version),
        kind: "release",
        ...{ workflow, version, steps, graph, express },
        deployedAt: time,
        changedAt: time,
        revision: (earlier?.revision ?? 0) + 1,
        expiresAt: Math.ceil(now() / 1000) + KEPT_SECONDS,
      };
      await table.client.send(new PutCommand({ TableName: table.name, Item: release }));
    },
  };
}

/** Every run that has not ended, from the index of due items. */
async function* openRuns(table: Table): AsyncGenerator<Pick<RunItem, "workflow" | "version">> {
  const { name, partitionKey } = TABLE.indexes.due;
  for (const shard of shardsOf("due")) {
    let start: Record<string, unknown> | undefined;
    do {
      const page = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: name,
          KeyConditionExpression: "#due = :shard",
          ExpressionAttributeNames: { "#due": partitionKey },
          ExpressionAttributeValues: { ":shard": shard },
          ExclusiveStartKey: start,
        }),
      );
      yield* (page.Items ?? []) as RunItem[];
      start = page.LastEvaluatedKey;
    } while (start);
  }
}
