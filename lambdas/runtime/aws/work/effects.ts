import { claimsIn } from "../../../../lib/contract/groups/claims-in.ts";
import { workPartition } from "../../../../lib/contract/keys/claim.ts";
import type { ClaimItem } from "../../../../lib/contract/table.ts";
import type { Effects } from "../../completion/ports.ts";
import type { Now } from "../../ports/clock.ts";
import { undoClaim } from "../../work/undo-claim.ts";
import { insertStatement } from "../table/statements.ts";
import { change, queryPartition, type Table } from "../table/table.ts";

/** The effects of runs, read from their claims in the table. */
export function tableEffects(table: Table, now: Now = Date.now): Effects {
  return {
    async of(run) {
      const items = queryPartition<ClaimItem>(table, workPartition(run), "claim#");
      return (await Array.fromAsync(items)).flatMap(claimsIn);
    },

    async giveUp(effect, undo, givenUp) {
      const set = { givenUp, changedAt: new Date(now()).toISOString() };
      const item = { ...undoClaim(effect), ...set, ...undo, revision: 1 };
      // The message of the undo may not have reached a worker that makes a claim.
      const { kind } = await table.statements.ask(insertStatement(table.name, item));
      if (kind === "executed") return;
      await change(table, undo, {
        set,
        condition: "attribute_not_exists(#state) OR NOT (#state IN (:done, :sealed))",
        values: { done: "done", sealed: "sealed" },
      });
    },
  };
}
