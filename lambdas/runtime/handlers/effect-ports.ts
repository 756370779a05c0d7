import { numberSetting, setting } from "../aws/environment.ts";
import { delayedWakeups } from "../aws/queues/step-queues.ts";
import { openTable } from "../aws/table/table.ts";
import { tableBreakers } from "../aws/work/breakers.ts";
import { tableBudgets } from "../aws/work/budgets.ts";
import { tableClaims } from "../aws/work/claims.ts";
import { tableDeferred } from "../aws/work/deferred.ts";
import { findThrowSite } from "../aws/work/throw-sites.ts";

/**
 * The ports that claim, guard and defer an effect, of a step or of a reaction, from the function's
 * environment variables. The effects of a reaction belong to no run and are audited on their own.
 */
export function effectPorts({ audited = false } = {}) {
  const table = openTable(setting("table"));
  const retentionDays = numberSetting("retentionDays");
  return {
    table,
    claims: tableClaims(table, retentionDays, Date.now, { audited }),
    breakers: tableBreakers(table),
    budgets: tableBudgets(table),
    deferred: tableDeferred(table),
    wakeups: delayedWakeups(setting("controlQueue")),
    queueUrl: setting("queue"),
    retentionDays,
    now: Date.now,
    random: Math.random,
    throwSite: findThrowSite,
  };
}
