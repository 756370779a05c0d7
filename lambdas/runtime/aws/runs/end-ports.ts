import type { EndPorts } from "../../completion/ports.ts";
import { numberSetting, setting } from "../../environment.ts";
import { artifactsOf } from "../files/artifacts.ts";
import { openTable } from "../table/table.ts";
import { tableRaces } from "../waits/races.ts";
import { tableClaims } from "../work/claims.ts";
import { tableEffects } from "../work/effects.ts";
import { stateMachines } from "./machines.ts";
import { tableRuns } from "./runs.ts";

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
