import type { TriggerSpec, Unreadable } from "../../../lib/contract/trigger/trigger.ts";
import { eventBridge } from "../aws/bus.ts";
import { tableQuarantine } from "../aws/control/quarantine.ts";
import { numberSetting, setting } from "../aws/environment.ts";
import { openTable } from "../aws/table/table.ts";
import { type Arrival, type ArrivalOutcome, publishArrivals } from "../ingress/ingress.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";

/** The ingress of a trigger's function: to its bus, with the quarantine in its table. */
export function openIngress({ name }: TriggerSpec) {
  const spec = { trigger: name, retentionDays: numberSetting("retentionDays") };
  const ports = {
    bus: eventBridge(setting("bus")),
    quarantine: tableQuarantine(openTable(setting("table"))),
    now: Date.now,
  };
  return (
    arrivals: readonly (Arrival | Unreadable)[],
    log: Log,
    metrics: Metrics,
  ): Promise<ArrivalOutcome[]> => publishArrivals(arrivals, spec, { ...ports, log, metrics });
}
