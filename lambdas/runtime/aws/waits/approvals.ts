import { shardOf } from "../../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import { AGAIN, optimistically } from "../../../../lib/contract/optimistic.ts";
import type { ApprovalItem } from "../../../../lib/contract/table.ts";
import type { Approvals, Decided } from "../../ports/approvals.ts";
import type { Now } from "../../ports/clock.ts";
import { asked, carried } from "../../wait/question.ts";
import { type Counted, delegate, vote } from "../../wait/vote.ts";
import { PutCommand, UpdateCommand } from "../client/dynamodb-commands.ts";
import { readItem } from "../table/read-items.ts";
import { change, type Table, unlessRefused } from "../table/table.ts";

/** Approvals in the table. */
export function tableApprovals(table: Table, now: Now = Date.now): Approvals {
  const time = () => new Date(now()).toISOString();
  const read: Approvals["read"] = (key) => readItem<ApprovalItem>(table, key);
  /** Each person's part is a write on condition that no other came between. */
  const count = async (key: ItemKey, counting: (item: ApprovalItem) => Counted): Promise<Decided> => {
    return await optimistically(async () => {
      const item = await read(key);
      if (!item) return { decided: false, existing: undefined };
      const counted = counting(item);
      if (counted.kind === "refused") return { decided: false, existing: item, why: counted.why };
      if (counted.kind === "counted before") return { decided: true, counted: item };
      const { set } = counted;
      const changed = await change(table, key, {
        set: { ...set, changedAt: time(), unpublished: shardOf("unpublished", key.pk) },
        remove: set.state === "decided" ? ["list", "listedAt"] : [],
        condition: "#state = :pending AND #revision = :revision",
        values: { pending: "pending", revision: item.revision },
      });
      if (changed.changed) return { decided: true, counted: { ...item, ...set } };
      return AGAIN;
    });
  };
  return {
    read,

    delegate: (key, delegation) => count(key, (item) => delegate(item, delegation, time())),

    async open(question, over) {
      return await optimistically(async () => {
        const prior = await read(question);
        const becomes = asked(prior, question, over);
        if (becomes === "nothing new") return prior!;
        const item =
          becomes === "put"
            ? { ...question, ...carried(prior, question), revision: (prior?.revision ?? 0) + 1 }
            : { ...prior!, token: question.token, fence: question.fence };
        const command = becomes === "put" ? putInPlaceOf(prior, item, table) : handOver(prior!, item, table);
        if (await unlessRefused(command)) return item;
        return AGAIN;
      });
    },

    async decide(question, decision, by = "person") {
      const key: ItemKey = { pk: question.pk, sk: question.sk };
      if (by === "person" && isCounted(question))
        return await count(key, (item) => vote(item, decision, time()));
      const decided = await change(table, key, {
        set: {
          state: "decided",
          decision,
          decidedAt: time(),
          changedAt: time(),
          unpublished: shardOf("unpublished", key.pk),
        },
        remove: ["list", "listedAt"],
        condition:
          by === "person"
            ? "#state = :pending AND (attribute_not_exists(#until) OR #until > :now)"
            : "#state = :pending AND #until <= :now",
        values: { pending: "pending", now: time() },
      });
      if (decided.changed) return { decided: true };
      return { decided: false, existing: decided.refusedBy as ApprovalItem | undefined };
    },

    async close(key) {
      await change(table, key, {
        set: { state: "closed", changedAt: time() },
        remove: ["list", "listedAt"],
        condition: "#state = :pending",
        values: { pending: "pending" },
      });
    },
  };
}

/** Whether more than the first answer counts. */
function isCounted({ quorum, notBy, delegations }: Pick<ApprovalItem, "quorum" | "notBy" | "delegations">) {
  return quorum !== undefined || notBy !== undefined || delegations !== undefined;
}

function putInPlaceOf(prior: ApprovalItem | undefined, item: ApprovalItem, table: Table): Promise<unknown> {
  const unchanged = prior
    ? {
        ConditionExpression: "#revision = :revision AND #fence = :fence",
        ExpressionAttributeNames: { "#revision": "revision", "#fence": "fence" },
        ExpressionAttributeValues: { ":revision": prior.revision, ":fence": prior.fence },
      }
    : { ConditionExpression: "attribute_not_exists(pk)" };
  return table.client.send(new PutCommand({ TableName: table.name, Item: item, ...unchanged }));
}

/**
 * The answer belongs to the newer token from now on. It is published already, so the revision does not
 * change.
 */
function handOver(
  prior: ApprovalItem,
  { pk, sk, token, fence }: ApprovalItem,
  table: Table,
): Promise<unknown> {
  return table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { pk, sk },
      UpdateExpression: "SET #token = :token, #fence = :fence",
      ConditionExpression: "#fence = :prior",
      ExpressionAttributeNames: { "#token": "token", "#fence": "fence" },
      ExpressionAttributeValues: { ":token": token, ":fence": fence, ":prior": prior.fence },
    }),
  );
}
