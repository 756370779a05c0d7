import { auditOf } from "../../../../lib/contract/audit.ts";
import { expiryAfter } from "../../../../lib/contract/expiry.ts";
import { type ClaimKey, runOfWork } from "../../../../lib/contract/keys/claim.ts";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import type { ClaimItem } from "../../../../lib/contract/table.ts";
import type { Claims, Completion, SuccessOfRun } from "../../ports/claims.ts";
import type { Now } from "../../ports/clock.ts";
import { recordRefusedBy, refusedBy, takesOver } from "../../work/claim.ts";
import { type Moment, momentAt } from "../../work/claim-changes.ts";
import * as fields from "../../work/claim-fields.ts";
import { sealedUndo } from "../../work/undo-claim.ts";
import { readItems } from "../table/read-items.ts";
import { updateStatement } from "../table/statements.ts";
import { attributesOf, change, putOrChange, type Table } from "../table/table.ts";
import { changeTogether } from "../table/transact.ts";
import { claimedItem } from "./claim-item.ts";
import { completionChange } from "./completion-change.ts";
import { endTogether } from "./end-together.ts";

/** Must agree with `isInDoubt`, which has the reasons. */
const IN_DOUBT =
  "#state = :sealed AND attribute_not_exists(#late) AND (attribute_not_exists(#failure) OR attribute_exists(#doubt))";

/**
 * Claims with an item of their own. What a change writes is in `claim-fields.ts`. Its condition must agree with
 * the rule: that of `claim` with `mayClaim`, that of `record` with `mayRecord`.
 */
export function ownClaims(table: Table, retentionDays: number, now: Now, audited: boolean) {
  const expiresAt = (at: Moment) => expiryAfter(at.now, retentionDays);
  const auditAt = (run: string, at: Moment) => (audited ? auditOf(run, at.now) : {});

  return {
    async claim(request) {
      const { key } = request;
      // One time for the conditions and for the meaning of their failure: a lease may expire while the answer is on
      // its way.
      const at = momentAt(now());
      const own = "(#state = :set_state AND #owner = :set_owner)";
      const free = `attribute_not_exists(#state) OR (#state = :failed AND #fence < :set_fence) OR ${own}`;
      const first = await putOrChange(table, key, {
        ...claimedItem(request, at, retentionDays),
        condition: free,
        values: { failed: "failed" },
      });
      if (first.changed) return { kind: "claimed" };
      const held = first.refusedBy as ClaimItem;
      if (!takesOver(held, request, at.now)) return refusedBy(held, at.now);
      const second = await change(table, key, {
        ...claimedItem(request, at, retentionDays, { tookOver: true }),
        condition: `(#state = :set_state AND #lease <= :now) OR ${own}`,
        values: { now: at.now },
      });
      return second.changed
        ? { kind: "claimed", tookOver: true }
        : refusedBy(second.refusedBy as ClaimItem, at.now);
    },

    async complete(key, owner, completion) {
      const at = momentAt(now());
      const audit = auditAt(runOfWork(key), at);
      const done = await change(table, key, completionChange(owner, completion, at.time, audit));
      if (done.changed) return "completed";
      const prior = done.refusedBy as ClaimItem | undefined;
      // Our own write: its answer was lost, and the SDK retried it.
      if (prior?.owner === owner && prior.state === "done") return "completed";
      if (prior?.owner !== owner || prior.state !== "sealed") return "lost";
      await change(table, key, {
        set: { ...fields.completedLate(completion, at.time).set, changedAt: at.time, ...audit },
        condition: "#owner = :owner AND #state = :sealed AND attribute_not_exists(#late)",
        values: { owner, sealed: "sealed" },
      });
      return "late";
    },

    /** `completeAndEnd`; undefined if nothing was written. */
    async completeAndEnd(
      key: ClaimKey,
      owner: string,
      completion: Completion,
      ended: SuccessOfRun,
    ): Promise<"ended" | undefined> {
      const at = momentAt(now());
      const completed = completionChange(owner, completion, at.time, auditAt(runOfWork(key), at));
      const claim = updateStatement(table.name, key, completed);
      return (await endTogether(table, ended, claim, at.now)) ? "ended" : undefined;
    },

    async reuse(key, owner, effect) {
      const at = momentAt(now());
      const reused = fields.reused(effect, at.time).set;
      const own = {
        key,
        change: {
          set: { ...reused, changedAt: at.time, ...auditAt(runOfWork(key), at) },
          condition: "#owner = :owner AND #state = :running",
          values: { owner, running: "running" },
        },
      };
      const undone = effect.undo && sealedUndo(effect);
      const others = undone
        ? [
            {
              key: undone,
              change: {
                set: { ...attributesOf(undone), changedAt: at.time },
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
        set: { ...fields.adopted(to).set, changedAt: momentAt(now()).time },
        condition: "#state = :failed AND #fence = :from",
        values: { failed: "failed", from },
      });
      return adopted.changed || (adopted.refusedBy as ClaimItem | undefined)?.fence === to;
    },

    async record(request, startedAt, end) {
      const { key, about } = request;
      const at = momentAt(now());
      const { set, remove } = fields.recorded(request, startedAt, end, at.time);
      const replaced =
        end.state === "done" ? "#state = :failed" : "(#state = :failed AND #fence < :set_fence)";
      const recorded = await putOrChange(table, key, {
        set: { ...set, changedAt: at.time, ...auditAt(about.run, at), expiresAt: expiresAt(at) },
        remove,
        condition: `attribute_not_exists(#state) OR ${replaced} OR (#state = :running AND #lease <= :now) OR (#state = :set_state AND #owner = :set_owner)`,
        values: { failed: "failed", running: "running", now: at.now },
      });
      return recorded.changed ? undefined : recordRefusedBy(recorded.refusedBy as ClaimItem, at.now);
    },

    async takeOver(key, from, by) {
      const taken = await change(table, key, {
        set: { ...fields.takenOver(by).set, changedAt: momentAt(now()).time },
        condition: `${held(from)} AND ${IN_DOUBT}`,
        values: { ...holder(from), sealed: "sealed" },
      });
      return taken.changed || (taken.refusedBy as ClaimItem | undefined)?.owner === by.owner;
    },

    async fail(key, owner, failure, inDoubt = false) {
      const at = momentAt(now());
      const { set } = fields.failed(failure, inDoubt, at.time);
      const failed = await change(table, key, {
        set: { ...set, changedAt: at.time, ...auditAt(runOfWork(key), at) },
        condition: `${held(owner)} AND #state = :running`,
        values: { ...holder(owner), running: "running" },
      });
      if (failed.changed) return true;
      const prior = failed.refusedBy as ClaimItem | undefined;
      if (prior && prior.owner === owner && prior.state === "sealed") {
        const late = fields.failedLate(failure, at.time);
        await change(table, key, {
          set: { ...late.set, changedAt: at.time },
          remove: late.remove,
          condition: `${held(owner)} AND ${IN_DOUBT}`,
          values: { ...holder(owner), sealed: "sealed" },
        });
      }
      return prior !== undefined && prior.owner === owner && prior.state === "failed";
    },

    async release(key, owner) {
      const changedAt = momentAt(now()).time;
      const released = await change(table, key, {
        set: { changedAt },
        remove: fields.released().remove,
        condition: "#owner = :owner AND #state = :running",
        values: { owner, running: "running" },
      });
      if (released.changed || (released.refusedBy as ClaimItem | undefined)?.state !== "sealed") return;
      await change(table, key, {
        set: { changedAt },
        remove: fields.releasedLate().remove,
        condition: `#owner = :owner AND ${IN_DOUBT}`,
        values: { owner, sealed: "sealed" },
      });
    },

    /** Answers the current item if the claim has ended in the meantime. */
    async sealOne(item: ItemKey): Promise<ClaimItem | undefined> {
      const sealed = await change(table, item, {
        set: { ...fields.sealed().set, changedAt: momentAt(now()).time },
        condition:
          "#state IN (:running, :failed) OR (attribute_not_exists(#state) AND attribute_exists(#doubt))",
        values: { running: "running", failed: "failed" },
      });
      return sealed.changed ? undefined : (sealed.refusedBy as ClaimItem | undefined);
    },
  } satisfies Omit<
    Claims,
    "completeAndClaim" | "completeAndEnd" | "recordTogether" | "publish" | "read" | "find" | "seal"
  > &
    Record<string, unknown>;
}

/** The claim is held by this owner, or is free. */
const held = (owner: string | undefined) =>
  owner === undefined ? "attribute_not_exists(#owner)" : "#owner = :owner";
const holder = (owner: string | undefined) => (owner === undefined ? {} : { owner });
