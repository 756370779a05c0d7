import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { runKey, shardOf, shardsOf } from "../../../lib/contract/keys.ts";
import { OPEN_STATUSES, type RunItem, TABLE } from "../../../lib/contract/table.ts";
import type { Now, Runs } from "../ports.ts";
import { change, isConditionFailure, priorItem, queryIndex, type Table } from "./table.ts";

const [accepted, running, closing] = OPEN_STATUSES;

/** Runs in the table. */
export function tableRuns(table: Table, now: Now = Date.now): Runs {
  const time = () => new Date(now()).toISOString();
  const told = (run: string) => ({ changedAt: time(), unpublished: shardOf("unpublished", run) });
  return {
    async accept(run) {
      try {
        await table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: run,
            ConditionExpression: "attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        );
        return { accepted: true };
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        return { accepted: false, existing: priorItem(error) as RunItem };
      }
    },

    async read(run) {
      const answer = await table.client.send(
        new GetCommand({ TableName: table.name, Key: runKey(run), ConsistentRead: true }),
      );
      return answer.Item as RunItem | undefined;
    },

    async started(run, execution) {
      await change(table, runKey(run), {
        set: { status: running, execution, ...told(run) },
        condition: "#status = :accepted",
        values: { accepted },
      });
    },

    async close(run, epoch) {
      await change(table, runKey(run), {
        set: { status: closing, changedAt: time() },
        condition: "#epoch = :epoch AND #status IN (:accepted, :running)",
        values: { epoch, accepted, running },
      });
    },

    async end(run, epoch, { status, output, failure }) {
      const ended = await change(table, runKey(run), {
        set: { status, output, failure, endedAt: time(), ...told(run) },
        remove: [TABLE.indexes.due.partitionKey, TABLE.indexes.due.sortKey],
        condition: "#epoch = :epoch AND #status IN (:accepted, :running, :closing)",
        values: { epoch, accepted, running, closing },
      });
      return "changed" in ended;
    },

    async due(until, limit) {
      return await queryIndex<RunItem>(table, TABLE.indexes.due, shardsOf("due"), until, limit);
    },

    async postpone(run, until) {
      await table.client
        .send(
          new UpdateCommand({
            TableName: table.name,
            Key: runKey(run),
            UpdateExpression: "SET #dueAt = :until",
            ConditionExpression: "attribute_exists(#due)",
            ExpressionAttributeNames: {
              "#dueAt": TABLE.indexes.due.sortKey,
              "#due": TABLE.indexes.due.partitionKey,
            },
            ExpressionAttributeValues: { ":until": until },
          }),
        )
        .catch((error: unknown) => {
          if (!isConditionFailure(error)) throw error; // The run has ended meanwhile.
        });
    },
  };
}
