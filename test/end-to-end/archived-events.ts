import type { Simulation } from "../../local/simulate.ts";

/** The events that were on the bus, in their order: all, or those of one name. */
export function archivedEvents({ kernel }: Pick<Simulation, "kernel">, name?: string): any[] {
  return kernel.store
    .all<{ event: string }>("SELECT event FROM events_archived ORDER BY sequence")
    .map(({ event }) => JSON.parse(event))
    .filter((event) => name === undefined || event["detail-type"] === name);
}

/** The same of one name, each event once: one that was published again has the same id. */
export function distinctEvents(cloud: Pick<Simulation, "kernel">, name: string): any[] {
  const byId = new Map(
    archivedEvents(cloud, name).map((event) => [event.detail.millrace?.id ?? event.id, event]),
  );
  return [...byId.values()];
}
