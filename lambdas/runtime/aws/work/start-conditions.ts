import { breakerKey, controlKey } from "../../../../lib/contract/keys/control.ts";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import { lostWay } from "../../../../lib/contract/race.ts";
import type { BreakerItem, ControlItem, RunItem } from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { StartConditionReader } from "../../work/ports.ts";
import { readItem } from "../table/read-items.ts";
import { recentReads } from "../table/recent-reads.ts";
import type { Table } from "../table/table.ts";
import { racesAround } from "../waits/races.ts";

/** Reads the run, the subscriber state, and the breaker with its settings in one call. */
export function tableStartConditions(table: Table, now?: Now): StartConditionReader {
  const recently = recentReads(table, now);
  const consistently = <Item>(key: ItemKey) => readItem<Item>(table, key);
  return {
    async read(run, workflow, breaker, { recent = false, place, known } = {}) {
      const shared = recent ? recently : consistently;
      const [found, control, health, settings, decided] = await Promise.all([
        known ?? readItem<RunItem>(table, runKey(run)),
        shared<ControlItem>(controlKey("workflow", workflow)),
        breaker === undefined ? undefined : shared<BreakerItem>(breakerKey(breaker)),
        breaker === undefined ? undefined : recently<ControlItem>(controlKey("breaker", breaker)),
        place === undefined ? [] : racesAround(table, run, place),
      ]);
      return {
        run: found,
        workflow: control,
        breaker: health,
        breakerSettings: settings?.settings,
        lost: place && lostWay(place, decided),
      };
    },
  };
}
