import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { shardOf } from "../../../lib/contract/keys.ts";
import type { ApprovalItem } from "../../../lib/contract/table.ts";
import type { Approvals, Now } from "../ports.ts";
import { attributesOf, change, type Table } from "./table.ts";

/** Approvals in the table. */
export function tableApprovals(table: Table, now: Now = Date.now): Approvals {
  const time = () => new Date(now()).toISOString();
  return {
    async open(approval) {
      const { revision: _, ...attributes } = attributesOf(approval);
      const opened = await change(table, approval, {
        set: attributes,
        condition:
          "attribute_not_exists(#state) OR (#state = :set_state AND #token <> :set_token AND #level <= :set_level)",
      });
      if ("changed" in opened) return opened.changed as ApprovalItem;
      const standing = opened.refusedBy as ApprovalItem;
      if (standing.state !== "decided" || standing.token === approval.token) return standing;
      // Answered before this question reached us: from now on the answer belongs to the newer token.
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: { pk: approval.pk, sk: approval.sk },
          UpdateExpression: "SET #token = :token",
          ExpressionAttributeNames: { "#token": "token" },
          ExpressionAttributeValues: { ":token": approval.token },
        }),
      );
      return { ...standing, token: approval.token };
    },

    async read(key) {
      const answer = await table.client.send(
        new GetCommand({ TableName: table.name, Key: { pk: key.pk, sk: key.sk }, ConsistentRead: true }),
      );
      return answer.Item as ApprovalItem | undefined;
    },

    async decide(key, decision) {
      const decided = await change(table, key, {
        set: {
          state: "decided",
          decision,
          decidedAt: time(),
          changedAt: time(),
          unpublished: shardOf("unpublished", key.pk),
        },
        remove: ["list", "listedAt"],
        condition: "#state = :pending",
        values: { pending: "pending" },
      });
      if ("changed" in decided) return { decided: true };
      return { decided: false, existing: decided.refusedBy as ApprovalItem | undefined };
    },
  };
}
