import type { Envelope } from "../../../lib/contract/envelope.ts";
import { MILLRACE_SOURCE, RESERVED_EVENTS } from "../../../lib/contract/reserved.ts";

/**
 * Whether a step or reaction may emit an event. Its code writes the claim that contains it, and the bus lets the relay
 * publish everything: what only Millrace may publish is left out here.
 */
export function mayEmit({ source, name }: Pick<Envelope, "source" | "name">): boolean {
  return source !== MILLRACE_SOURCE && !(RESERVED_EVENTS as readonly string[]).includes(name);
}
