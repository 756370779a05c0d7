import { breakerKey, controlKey } from "../../../../lib/contract/keys.ts";
import type { BreakerItem, ClaimItem, ControlItem, TableItem } from "../../../../lib/contract/table.ts";
import type { ReactionStarts } from "../../reactions/ports.ts";
import { readItems } from "../table/read-items.ts";
import type { Table } from "../table/table.ts";

/** Reads the claim, the subscriber state and the breaker of a reaction run in one call. */
export function tableReactionStarts(table: Table): ReactionStarts {
  return {
    async read(claim, reaction, breaker) {
      const keys = [
        claim,
        controlKey("subscriber", reaction),
        ...(breaker === undefined ? [] : [breakerKey(breaker)]),
      ];
      const [found, control, health] = await readItems<TableItem>(table, keys);
      return {
        claim: found as ClaimItem | undefined,
        control: control as ControlItem | undefined,
        breaker: health as BreakerItem | undefined,
      };
    },
  };
}
