import { breakerKey, controlKey } from "../../../../lib/contract/keys/control.ts";
import type { BreakerItem, ClaimItem, ControlItem, TableItem } from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { ReactionStarts } from "../../reactions/ports.ts";
import { readItems } from "../table/read-items.ts";
import { recentReads } from "../table/recent-reads.ts";
import type { Table } from "../table/table.ts";

/** Reads the claim, the subscriber state, and the breaker with its settings, of a reaction run in one call. */
export function tableReactionStarts(table: Table, now?: Now): ReactionStarts {
  const recently = recentReads(table, now);
  return {
    async read(claim, reaction, breaker) {
      const keys = [
        claim,
        controlKey("subscriber", reaction),
        ...(breaker === undefined ? [] : [breakerKey(breaker)]),
      ];
      const [[found, control, health], settings] = await Promise.all([
        readItems<TableItem>(table, keys),
        breaker === undefined ? undefined : recently<ControlItem>(controlKey("breaker", breaker)),
      ]);
      return {
        claim: found as ClaimItem | undefined,
        control: control as ControlItem | undefined,
        breaker: health as BreakerItem | undefined,
        breakerSettings: settings?.settings,
      };
    },
  };
}
