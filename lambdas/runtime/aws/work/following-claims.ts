import { claimOfPath, followingClaim, withChange } from "../../../../lib/contract/groups/claims-in.ts";
import { type ClaimKey, pathOfClaim } from "../../../../lib/contract/keys/claim.ts";
import { keyText } from "../../../../lib/contract/keys/item-key.ts";
import type { ClaimItem, FollowingClaim } from "../../../../lib/contract/table.ts";
import type { ClaimRequest, Claims, Completion, PublishTime } from "../../ports/claims.ts";
import type { Now } from "../../ports/clock.ts";
import * as changes from "../../work/claim-changes.ts";
import { sealedUndo } from "../../work/undo-claim.ts";
import { readItem } from "../table/read-items.ts";
import { type Change, updateStatement } from "../table/statements.ts";
import { attributesOf, change, changeAndRead, type Table, touch } from "../table/table.ts";
import { changeTogether } from "../table/transact.ts";
import { completionChange } from "./completion-change.ts";
import { endTogether } from "./end-together.ts";

/** With `next`, the change takes the next claim. With `publishedUpTo`, it is published later. */
type Turn<Answer> = changes.Turn<Answer> & {
  next?: Next;
  publishedUpTo?: number | undefined;
};
/** The next claim, and the claims after the item's own with it. */
interface Next {
  claim: ClaimItem;
  following: FollowingClaim[];
}
/** An item as it was written, and the last of its claims. */
interface Known {
  item: ClaimItem;
  last: ClaimItem;
}
type Written = { changed: true } | { changed: false; refusedBy: ClaimItem | undefined };

/**
 * Maximum size of an item as JSON, with the next claim in it: about two write units. In a larger item, a claim
 * would cost more than in an item of its own.
 */
const ROOM = 2_000;
/** Maximum number of items that are remembered between two writes. */
const MOST_KNOWN = 100;

/**
 * Claims in the item of an earlier step of their group; see `claimsIn`. The rules are in `claim-changes.ts`. A
 * change is written if the item has not changed since it was read; otherwise the rules are applied again.
 */
export function followingClaims(table: Table, now: Now) {
  const known = new Map<string, Known>();
  const remember = (item: ClaimItem, last: ClaimItem) => {
    known.set(keyText(item), { item, last: { ...last, within: item.sk, expiresAt: item.expiresAt } });
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!);
  };
  const recall = (place: string) => {
    const found = known.get(place);
    known.delete(place);
    return found;
  };
  const write = async (item: ClaimItem, set: Change): Promise<Written> => {
    const written = await change(table, item, set);
    return written.changed ? written : { changed: false, refusedBy: written.refusedBy as ClaimItem };
  };

  const turn = async <Answer>(
    key: ClaimKey,
    decide: (
      prior: ClaimItem | undefined,
      at: changes.Moment,
      item: ClaimItem,
    ) => Turn<Answer> | Promise<Turn<Answer>>,
    writeBy = write,
  ): Promise<Answer> => {
    const place = { pk: key.pk, sk: key.within! };
    const path = pathOfClaim(key);
    const read = async () => {
      const found = await readItem<ClaimItem>(table, place);
      if (found) return found;
      throw new Error(`The item ${place.pk} ${place.sk} with the claim of ${path} no longer exists.`);
    };
    const remembered = recall(keyText(place));
    let item = remembered?.item ?? (await read());
    for (;;) {
      const at = changes.momentAt(now());
      const isRemembered = item === remembered?.item;
      const prior =
        isRemembered && remembered?.last.path === path ? remembered.last : claimOfPath(item, path);
      const { becomes, next, publishedUpTo, answer } = await decide(prior, at, item);
      if (becomes) {
        const following = next?.following ?? changed(item, prior, becomes, at);
        const written = await writeBy(item, {
          set: { following, changedAt: at.time, publishedUpTo },
          remove: publishedUpTo === undefined ? ["publishedUpTo"] : [],
          condition: "#revision = :revision",
          values: { revision: item.revision },
        });
        if (written.changed) {
          const revision = item.revision + 1;
          if (next) remember({ ...item, following, revision, changedAt: at.time, publishedUpTo }, next.claim);
          return answer;
        }
        item = written.refusedBy ?? (await read());
      } else if (!isRemembered) return answer;
      // The remembered item may be old.
      else item = await read();
    }
  };

  /** The claim of the next step in the item; undefined if the item has no room. */
  const nextIn = (
    own: Parameters<typeof followingClaim>[0],
    before: readonly FollowingClaim[],
    next: ClaimRequest,
    { result, emitted, undo }: Completion,
    at: changes.Moment,
  ): Next | undefined => {
    const claim = { ...changes.taken(undefined, next, at), revision: 1, changedAt: at.time };
    const stored = followingClaim(own, before, claim);
    const whole = JSON.stringify([own, before, stored, result, emitted, undo]);
    return Buffer.byteLength(whole) <= ROOM ? { claim, following: [...before, stored] } : undefined;
  };

  return {
    /** `completeAndClaim` for an item's own claim; undefined if it was not possible in one write. */
    async completeOwn(
      own: ClaimRequest,
      completion: Completion,
      next: ClaimRequest,
      publish: PublishTime,
    ): Promise<"continued" | undefined> {
      const { key, owner, lease, fence, about } = own;
      const at = changes.momentAt(now());
      const taken = nextIn({ ...about, owner, lease, fence, endedAt: at.time }, [], next, completion, at);
      if (!taken) return undefined;
      const { following } = taken;
      const publishedUpTo = publish === "later" ? 1 : undefined;
      const completed = completionChange(owner, completion, at.time, { following, publishedUpTo });
      const outcome = await changeAndRead(table, key, completed);
      const item = ("changed" in outcome ? outcome.changed : outcome.refusedBy) as ClaimItem | undefined;
      // The response to its own write may be lost.
      const claim = claimOfPath(item, next.about.path);
      if (!isHeldBy(claim, next)) return undefined;
      remember(item!, claim);
      return "continued";
    },

    claim: (request) => turn(request.key, (prior, at) => changes.claim(prior, request, at)),

    complete: (key, owner, completion) =>
      turn(key, (prior, at) => changes.complete(prior, owner, completion, at)),

    completeAndClaim: (own, completion, next, publish) =>
      turn<Awaited<ReturnType<Claims["completeAndClaim"]>>>(own.key, (prior, at, item) => {
        const done = changes.complete(prior, own.owner, completion, at);
        if (!done.becomes || done.answer !== "completed")
          // The response to its own write may be lost.
          return isHeldBy(claimOfPath(item, next.about.path), next) ? { answer: "continued" } : done;
        const before = changed(item, prior, done.becomes, at);
        const taken = nextIn(item, before, next, completion, at);
        if (!taken) return done;
        const publishedUpTo =
          publish === "later" ? (item.publishedUpTo ?? taken.following.length) : undefined;
        return { ...done, next: taken, publishedUpTo, answer: "continued" };
      }),

    async completeAndEnd(key, owner, completion, ended) {
      let isCompletion = false;
      let hasEnded = false;
      const outcome = await turn(
        key,
        (prior, at) => {
          const done = changes.complete(prior, owner, completion, at);
          isCompletion = done.answer === "completed";
          return done;
        },
        async (item, set) => {
          const claim = updateStatement(table.name, item, set);
          hasEnded = isCompletion && (await endTogether(table, ended, claim, now()));
          return hasEnded ? { changed: true } : await write(item, set);
        },
      );
      return hasEnded ? "ended" : outcome;
    },

    /**
     * The revision counts changes of claims, and this is none. A completion that is written at the same time may
     * leave the attribute again: then events are published twice, under the same ids.
     */
    async publish(key) {
      const place = { pk: key.pk, sk: key.within ?? key.sk };
      const found = known.get(keyText(place));
      await touch(table, place, {
        set: {},
        remove: ["publishedUpTo"],
        condition: "attribute_exists(#publishedUpTo)",
      });
      if (found) delete found.item.publishedUpTo;
    },

    reuse(key, owner, effect) {
      const undone = effect.undo && sealedUndo(effect);
      return turn(
        key,
        async (prior, at) => {
          const begun = undone && (await readItem<ClaimItem>(table, undone));
          return changes.reuse(prior, owner, effect, begun?.state !== undefined, at);
        },
        async (item, set) => {
          if (!undone) return await write(item, set);
          const sealed = {
            set: { ...attributesOf(undone), changedAt: changes.momentAt(now()).time },
            condition: "attribute_not_exists(#state)",
          };
          const isChanged = await changeTogether(
            table,
            { key: item, change: set },
            { key: undone, change: sealed },
          );
          return isChanged
            ? { changed: true }
            : { changed: false, refusedBy: await readItem<ClaimItem>(table, item) };
        },
      );
    },

    adopt: (key, from, to) => turn(key, (prior) => changes.adopt(prior, from, to)),

    record: (request, startedAt, end) =>
      turn(request.key, (prior, at) => changes.record(prior, request, startedAt, end, at)),

    takeOver: (key, from, by) => turn(key, (prior) => changes.takeOver(prior, from, by)),

    fail: (key, owner, failure, inDoubt = false) =>
      turn(key, (prior, at) => changes.fail(prior, owner, failure, inDoubt, at)),

    release: (key, owner) => turn(key, (prior) => changes.release(prior, owner)),

    /** Answers the current item if the claim has ended in the meantime. */
    sealOne: (key: ClaimKey) =>
      turn<ClaimItem | undefined>(key, (prior, _, item) => {
        const { becomes } = changes.seal(prior);
        return becomes ? { becomes, answer: undefined } : { answer: item };
      }),
  } satisfies Omit<Claims, "recordTogether" | "read" | "find" | "seal"> & Record<string, unknown>;
}

/** The claims after an item's own, with a change of the last one. */
function changed(
  item: ClaimItem,
  prior: ClaimItem | undefined,
  becomes: ClaimItem,
  { time }: changes.Moment,
): FollowingClaim[] {
  return withChange(item, prior, { ...becomes, revision: becomes.revision + 1, changedAt: time });
}

function isHeldBy(claim: ClaimItem | undefined, { owner }: ClaimRequest): claim is ClaimItem {
  return claim?.state === "running" && claim.owner === owner;
}
