import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { CommandItem } from "../../../lib/contract/table.ts";
import { eventFor } from "./event-for.ts";

/** The event of a command that requests a run. */
export function eventsOfCommand(item: CommandItem): Envelope[] {
  const { request } = item;
  if (!request) return [];
  const origin = { run: request.run, correlation: request.run, cause: request.run, hops: 0 };
  return [eventFor("run.requested", item, origin, { ...request })];
}
