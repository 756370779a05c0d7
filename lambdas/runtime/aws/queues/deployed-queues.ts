import { itemTimes } from "../../../../lib/contract/expiry.ts";
import { deployedQueueKey } from "../../../../lib/contract/keys/deployment.ts";
import type { DeployedQueueItem } from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { QueueRegister } from "../../release/ports.ts";
import { DeleteCommand, PutCommand } from "../client/dynamodb-commands.ts";
import { readItem } from "../table/read-items.ts";
import { queryPartition, type Table, unlessRefused } from "../table/table.ts";

/** They are removed with their deployment. Every item has an expiry time. */
const KEPT_DAYS = 100 * 365;

/** The deployed queues, as deployments have written them to the table. */
export function tableQueues(table: Table, now: Now = Date.now): QueueRegister {
  return {
    list: () => Array.fromAsync(queryPartition<DeployedQueueItem>(table, deployedQueueKey().pk)),

    read: (name) => readItem<DeployedQueueItem>(table, deployedQueueKey(name)),

    async keep({ name, role, workflow, queueUrl, deadLettersUrl, rules = {} }) {
      const item: DeployedQueueItem = {
        ...deployedQueueKey(name),
        kind: "queue",
        name,
        role,
        workflow,
        queueUrl,
        deadLettersUrl,
        rules,
        revision: 1,
        ...itemTimes(now(), KEPT_DAYS),
      };
      await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
    },

    async remove({ name, queueUrl }) {
      await unlessRefused(
        table.client.send(
          new DeleteCommand({
            TableName: table.name,
            Key: deployedQueueKey(name),
            ConditionExpression: "queueUrl = :queueUrl",
            ExpressionAttributeValues: { ":queueUrl": queueUrl },
          }),
        ),
      );
    },
  };
}
