import { numberSetting, setting } from "../aws/environment.ts";
import { artifactsOf } from "../aws/files/artifacts.ts";
import { stateMachines } from "../aws/runs/machines.ts";
import { tableRuns } from "../aws/runs/runs.ts";
import { openTable } from "../aws/table/table.ts";
import { tableRaces } from "../aws/waits/races.ts";
import { tableClaims } from "../aws/work/claims.ts";
import { tableEffects } from "../aws/work/effects.ts";
import type { EndPorts } from "../completion/ports.ts";

/** The ports that end a run, from the function's environment variables. */
export function endPorts() {
  const table = openTable(setting("table"));
  return {
    table,
    runs: tableRuns(table),
    claims: tableClaims(table, numberSetting("retentionDays")),
    effects: tableEffects(table),
    races: tableRaces(table),
    machines: stateMachines(setting("stateMachines")),
    artifactsOf: artifactsOf(setting("artifacts")),
    now: Date.now,
  } satisfies Omit<EndPorts, "log" | "metrics"> & Record<string, unknown>;
}
