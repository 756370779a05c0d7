import { claimsIn } from "../../../../lib/contract/groups/claims-in.ts";
import { approvalPartition } from "../../../../lib/contract/keys/approval.ts";
import {
  type ClaimKey,
  epochOfClaim,
  neighboursPrefix,
  pathOfClaim,
  workPartition,
} from "../../../../lib/contract/keys/claim.ts";
import { keyText } from "../../../../lib/contract/keys/item-key.ts";
import { type ApprovalItem, type ClaimItem, TABLE } from "../../../../lib/contract/table.ts";
import type { Claims } from "../../ports/claims.ts";
import type { Now } from "../../ports/clock.ts";
import { isSealable } from "../../work/claim.ts";
import { readItems } from "../table/read-items.ts";
import { change, queryPages, queryPartition, type Table } from "../table/table.ts";
import { followingClaims } from "./following-claims.ts";
import { ownClaims } from "./own-claims.ts";
import { recordedResults } from "./recorded-results.ts";

/**
 * Claims in the table: each in an item of its own, or in the item of an earlier step of its group. Claims of
 * steps are audited with their run; `audited` ones, of a reaction, on their own.
 */
export function tableClaims(
  table: Table,
  retentionDays: number,
  now: Now = Date.now,
  { audited = false } = {},
): Claims {
  const own = ownClaims(table, retentionDays, now, audited);
  const following = followingClaims(table, now);
  const of = ({ within }: ClaimKey) => (within === undefined ? own : following);
  const read = async (...keys: ClaimKey[]) => {
    const items = await readItems<ClaimItem>(
      table,
      keys.map(({ pk, sk, within }) => ({ pk, sk: within ?? sk })),
    );
    const found = new Map(
      items.flatMap((item) => (item ? claimsIn(item) : [])).map((claim) => [keyText(claim), claim]),
    );
    return keys.map((key) => found.get(keyText(key)));
  };

  const seal = async (item: ClaimItem | ApprovalItem) => {
    if (item.kind === "approval") return await closeApproval(table, item, now);
    const [last] = claimsIn(item).slice(-1) as [ClaimItem];
    if (!isSealable(last)) return;
    const found = last.within === undefined ? await own.sealOne(item) : await following.sealOne(last);
    // The step has ended in the meantime, and the next one has begun.
    if (found && claimsIn(found).length > claimsIn(item).length) await seal(found);
  };

  return {
    claim: (request) => of(request.key).claim(request),
    complete: (key, owner, completion) => of(key).complete(key, owner, completion),
    async completeAndClaim(request, completion, next, publish) {
      const { key, owner } = request;
      if (key.within !== undefined)
        return await following.completeAndClaim(request, completion, next, publish);
      const continued = await following.completeOwn(request, completion, next, publish);
      return continued ?? (await own.complete(key, owner, completion));
    },
    async completeAndEnd(key, owner, completion, ended) {
      if (key.within !== undefined) return await following.completeAndEnd(key, owner, completion, ended);
      const together = await own.completeAndEnd(key, owner, completion, ended);
      return together ?? (await own.complete(key, owner, completion));
    },
    publish: following.publish,
    reuse: (key, ...reuse) => of(key).reuse(key, ...reuse),
    adopt: (key, ...fences) => of(key).adopt(key, ...fences),
    record: (request, ...end) => of(request.key).record(request, ...end),
    ...recordedResults(table, retentionDays, now),
    takeOver: (key, ...owners) => of(key).takeOver(key, ...owners),
    fail: (key, ...failure) => of(key).fail(key, ...failure),
    release: (key, owner) => of(key).release(key, owner),
    read,

    async find(key) {
      const [found] = await read(key);
      if (found) return found;
      const prefix = neighboursPrefix(epochOfClaim(key), pathOfClaim(key));
      for await (const item of queryPartition<ClaimItem>(table, key.pk, prefix)) {
        const claim = claimsIn(item).find(({ sk }) => sk === key.sk);
        if (claim) return claim;
      }
      return undefined;
    },

    async seal(run, epoch, within = () => true) {
      for await (const page of effectsAndQuestions(table, run)) {
        for (const item of page) if (item.epoch === epoch && within(item.path)) await seal(item);
      }
    },
  };
}

async function closeApproval(table: Table, item: ApprovalItem, now: Now): Promise<void> {
  if (item.state !== "pending") return;
  await change(table, item, {
    set: { state: "closed", changedAt: new Date(now()).toISOString() },
    remove: ["list", "listedAt"],
    condition: "#state = :pending",
    values: { pending: "pending" },
  });
}

/** The claims and approvals of a run, of all epochs, read consistently. */
async function* effectsAndQuestions(table: Table, run: string): AsyncGenerator<(ClaimItem | ApprovalItem)[]> {
  for (const [partition, prefix] of [
    [workPartition(run), "claim#"],
    [approvalPartition(run), "approval#"],
  ] as const)
    yield* queryPages(table, {
      ConsistentRead: true,
      KeyConditionExpression: "#pk = :pk AND begins_with(#sk, :prefix)",
      ExpressionAttributeNames: { "#pk": TABLE.partitionKey, "#sk": TABLE.sortKey },
      ExpressionAttributeValues: { ":pk": partition, ":prefix": prefix },
    });
}
