import { workPartition } from "../../../../lib/contract/keys.ts";
import type { ClaimItem } from "../../../../lib/contract/table.ts";
import type { Effects } from "../../completion/ports.ts";
import type { Now } from "../../ports.ts";
import { change, queryPartition, type Table } from "../table/table.ts";

/** The effects of runs, as their claims in the table tell. */
export function tableEffects(table: Table, now: Now = Date.now): Effects {
  return {
    of: (run) => Array.fromAsync(queryPartition<ClaimItem>(table, workPartition(run), "claim#")),

    async giveUp(effect, undo, givenUp) {
      const { kind, run, epoch, workflow, path, attempt, startedAt, expiresAt } = effect;
      const { correlation, cause, hops, traceparent } = effect;
      const origin = { correlation, cause, hops, traceparent };
      await change(table, undo, {
        set: {
          ...{ kind, run, epoch, workflow, path, attempt, startedAt, expiresAt, ...origin },
          step: effect.undo!.step,
          direction: "undo",
          givenUp,
          changedAt: new Date(now()).toISOString(),
        },
        // The undo's own message may never have come so far as to make a claim.
        condition: "attribute_not_exists(#state) OR #state <> :done",
        values: { done: "done" },
      });
    },
  };
}
