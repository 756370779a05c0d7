import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { RaceItem } from "../../../lib/contract/table.ts";
import { eventFor } from "./event-for.ts";

/** A race has been decided: its item is written once. */
export function eventsOfRace(item: RaceItem): Envelope[] {
  const { run, workflow, epoch, path, winner } = item;
  return [eventFor("race.decided", item, item, { run, workflow, epoch, path, winner }, "decided")];
}
