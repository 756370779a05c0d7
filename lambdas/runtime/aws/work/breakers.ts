import { breakerKey } from "../../../../lib/contract/keys/control.ts";
import type { BreakerItem } from "../../../../lib/contract/table.ts";
import type { Breakers } from "../../work/breaker/ports.ts";
import { PutCommand, UpdateCommand } from "../client/dynamodb-commands.ts";
import { readItems } from "../table/read-items.ts";
import { isConditionFailure, priorItem, type Table } from "../table/table.ts";

/** Breakers in the table. */
export function tableBreakers(table: Table): Breakers {
  return {
    async read(breaker) {
      const [item] = await readItems<BreakerItem>(table, [breakerKey(breaker)]);
      return item;
    },

    async write(item, revision) {
      try {
        await table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: item,
            ...(revision === undefined
              ? { ConditionExpression: "attribute_not_exists(pk)" }
              : {
                  ConditionExpression: "#revision = :revision",
                  ExpressionAttributeNames: { "#revision": "revision" },
                  ExpressionAttributeValues: { ":revision": revision },
                }),
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        );
        return undefined;
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        return priorItem(error) as BreakerItem;
      }
    },

    async count({ pk, sk, revision }, writer, { kind, slot, stale }) {
      const forgotten = stale.flatMap((_, at) => [`#answered.#stale${at}`, `#failed.#stale${at}`]);
      const update = new UpdateCommand({
        TableName: table.name,
        Key: { pk, sk },
        UpdateExpression: [
          `SET #kind.#slot = if_not_exists(#kind.#slot, :none) + :one, #writer = :writer`,
          `, #inARow = ${kind === "failed" ? "#inARow + :one" : ":none"}`,
          forgotten.length > 0 ? ` REMOVE ${forgotten.join(", ")}` : "",
        ].join(""),
        ConditionExpression: "#revision = :revision AND #writer <> :writer",
        ExpressionAttributeNames: {
          "#kind": kind,
          "#slot": slot,
          "#writer": "writer",
          "#inARow": "inARow",
          "#revision": "revision",
          ...(forgotten.length > 0 && { "#answered": "answered", "#failed": "failed" }),
          ...Object.fromEntries(stale.map((name, at) => [`#stale${at}`, name])),
        },
        ExpressionAttributeValues: { ":none": 0, ":one": 1, ":writer": writer, ":revision": revision },
        ReturnValues: "ALL_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      try {
        const { Attributes } = await table.client.send(update);
        return { counted: true, item: Attributes as BreakerItem };
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        const item = priorItem(error) as BreakerItem;
        return { counted: item.revision === revision, item };
      }
    },
  };
}
