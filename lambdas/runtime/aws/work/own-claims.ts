import { auditOf } from "../../../../lib/contract/audit.ts";
import { runOfWork } from "../../../../lib/contract/keys/claim.ts";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import type { ClaimItem } from "../../../../lib/contract/table.ts";
import type { Claims } from "../../ports/claims.ts";
import type { Now } from "../../ports/clock.ts";
import { recordRefusedBy, refusedBy, takesOver } from "../../work/claim.ts";
import { resultOf } from "../../work/earlier.ts";
import { sealedUndo } from "../../work/undo-claim.ts";
import { readItems } from "../table/read-items.ts";
import { attributesOf, change, putOrChange, type Table } from "../table/table.ts";
import { changeTogether } from "../table/transact.ts";
import { completionChange } from "./completion-change.ts";

const DAY_SECONDS = 24 * 60 * 60;
/** Must agree with `isInDoubt`, which has the reasons. */
const IN_DOUBT =
  "#state = :sealed AND attribute_not_exists(#late) AND (attribute_not_exists(#failure) OR attribute_exists(#doubt))";

/** Claims with an item of their own. The condition of `claim` must agree with `mayClaim`, which has the rule. */
export function ownClaims(table: Table, retentionDays: number, now: Now, audited: boolean) {
  const time = () => new Date(now()).toISOString();
  const marked = (run: string) => {
    const at = now();
    const ended = new Date(at).toISOString();
    return { changedAt: ended, endedAt: ended, ...(audited && auditOf(run, at)) };
  };

  return {
    async claim(request) {
      const { key, owner, lease, fence, about } = request;
      // One time for the conditions and for the meaning of their failure: a lease may expire while the answer
      // is on its way.
      const asked = now();
      const claimed = {
        set: {
          kind: "claim",
          ...about,
          state: "running",
          owner,
          lease,
          fence,
          startedAt: time(),
          changedAt: time(),
          expiresAt: Math.ceil(now() / 1000) + retentionDays * DAY_SECONDS,
        },
        remove: ["failure", "endedAt"],
      };
      const own = "(#state = :set_state AND #owner = :set_owner)";
      const free = `attribute_not_exists(#state) OR (#state = :failed AND #fence < :set_fence) OR ${own}`;
      const first = await putOrChange(table, key, {
        ...claimed,
        condition: free,
        values: { failed: "failed" },
      });
      if (first.changed) return { kind: "claimed" };
      const held = first.refusedBy as ClaimItem;
      if (!takesOver(held, request, asked)) return refusedBy(held, asked);
      const second = await change(table, key, {
        ...claimed,
        set: { ...claimed.set, doubt: time() },
        condition: `(#state = :set_state AND #lease <= :now) OR ${own}`,
        values: { now: asked },
      });
      return second.changed
        ? { kind: "claimed", tookOver: true }
        : refusedBy(second.refusedBy as ClaimItem, asked);
    },

    async complete(key, owner, result, emitted, undo) {
      const completion = completionChange(owner, { result, emitted, undo }, marked(runOfWork(key)));
      const completed = await change(table, key, completion);
      if (completed.changed) return "completed";
      const prior = completed.refusedBy as ClaimItem | undefined;
      // Our own write: its answer was lost, and the SDK retried it.
      if (prior?.owner === owner && prior.state === "done") return "completed";
      if (prior?.owner !== owner || prior.state !== "sealed") return "lost";
      await change(table, key, {
        set: { late: result, undo, ...marked(runOfWork(key)) },
        condition: "#owner = :owner AND #state = :sealed AND attribute_not_exists(#late)",
        values: { owner, sealed: "sealed" },
      });
      return "late";
    },

    async reuse(key, owner, effect) {
      const { undo, epoch: reusedFrom } = effect;
      const own = {
        key,
        change: {
          set: { state: "done", result: resultOf(effect), undo, reusedFrom, ...marked(runOfWork(key)) },
          condition: "#owner = :owner AND #state = :running",
          values: { owner, running: "running" },
        },
      };
      const undone = undo && sealedUndo(effect);
      const others = undone
        ? [
            {
              key: undone,
              change: {
                set: { ...attributesOf(undone), changedAt: time() },
                condition: "attribute_not_exists(#state)",
              },
            },
          ]
        : [];
      if (await changeTogether(table, own, ...others)) return "completed";
      const [found] = await readItems<ClaimItem>(table, [key]);
      if (found?.owner !== owner) return "lost";
      // Done by our own write: its answer was lost, and the SDK retried it.
      return found.state === "done" ? "completed" : found.state === "running" ? "undo begun" : "lost";
    },

    async adopt(key, from, to) {
      const adopted = await change(table, key, {
        set: { fence: to, changedAt: time() },
        condition: "#state = :failed AND #fence = :from",
        values: { failed: "failed", from },
      });
      return adopted.changed || (adopted.refusedBy as ClaimItem | undefined)?.fence === to;
    },

    async record({ key, owner, lease, fence, about }, startedAt, end) {
      // One time for the conditions and for the meaning of their failure: a lease may expire while the answer
      // is on its way.
      const asked = now();
      const replaced =
        end.state === "done" ? "#state = :failed" : "(#state = :failed AND #fence < :set_fence)";
      const recorded = await putOrChange(table, key, {
        set: {
          kind: "claim",
          ...about,
          ...end,
          owner,
          lease,
          fence,
          startedAt,
          ...marked(about.run),
          expiresAt: Math.ceil(now() / 1000) + retentionDays * DAY_SECONDS,
        },
        remove: [...(end.state === "done" ? ["failure"] : []), "doubt"],
        condition: `attribute_not_exists(#state) OR ${replaced} OR (#state = :running AND #lease <= :now) OR (#state = :set_state AND #owner = :set_owner)`,
        values: { failed: "failed", running: "running", now: asked },
      });
      return recorded.changed ? undefined : recordRefusedBy(recorded.refusedBy as ClaimItem, asked);
    },

    async takeOver(key, from, { owner, lease }) {
      const taken = await change(table, key, {
        set: { owner, lease, changedAt: time() },
        condition: `${held(from)} AND ${IN_DOUBT}`,
        values: { ...by(from), sealed: "sealed" },
      });
      return taken.changed || (taken.refusedBy as ClaimItem | undefined)?.owner === owner;
    },

    async fail(key, owner, failure, inDoubt = false) {
      const failed = await change(table, key, {
        set: { state: "failed", failure, doubt: inDoubt ? time() : undefined, ...marked(runOfWork(key)) },
        condition: `${held(owner)} AND #state = :running`,
        values: { ...by(owner), running: "running" },
      });
      if (failed.changed) return true;
      const prior = failed.refusedBy as ClaimItem | undefined;
      if (prior && prior.owner === owner && prior.state === "sealed") {
        await change(table, key, {
          set: {
            failure,
            asked: failure.policy === "ask" || undefined,
            changedAt: time(),
            endedAt: time(),
          },
          remove: ["doubt"],
          condition: `${held(owner)} AND ${IN_DOUBT}`,
          values: { ...by(owner), sealed: "sealed" },
        });
      }
      return prior !== undefined && prior.owner === owner && prior.state === "failed";
    },

    async release(key, owner) {
      const released = await change(table, key, {
        set: { changedAt: time() },
        remove: ["state", "owner", "lease"],
        condition: "#owner = :owner AND #state = :running",
        values: { owner, running: "running" },
      });
      if (released.changed || (released.refusedBy as ClaimItem | undefined)?.state !== "sealed") return;
      await change(table, key, {
        set: { changedAt: time() },
        remove: ["owner", "lease"],
        condition: `#owner = :owner AND ${IN_DOUBT}`,
        values: { owner, sealed: "sealed" },
      });
    },

    /** Answers the current item if the claim has ended in the meantime. */
    async sealOne(item: ItemKey): Promise<ClaimItem | undefined> {
      const sealed = await change(table, item, {
        set: { state: "sealed", changedAt: time() },
        condition:
          "#state IN (:running, :failed) OR (attribute_not_exists(#state) AND attribute_exists(#doubt))",
        values: { running: "running", failed: "failed" },
      });
      return sealed.changed ? undefined : (sealed.refusedBy as ClaimItem | undefined);
    },
  } satisfies Omit<Claims, "completeAndClaim" | "read" | "find" | "seal"> & Record<string, unknown>;
}

/** The claim is held by this owner, or is free. */
const held = (owner: string | undefined) =>
  owner === undefined ? "attribute_not_exists(#owner)" : "#owner = :owner";
const by = (owner: string | undefined) => (owner === undefined ? {} : { owner });
