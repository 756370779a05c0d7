import type { Envelope } from "../../lib/contract/envelope.ts";
import type { Finding } from "./validation.ts";

/** What is wrong with an event that has more events between itself and the outside than its subscriber allows. */
export function endlessLoop(
  { name, source, hops, correlation, causation }: Envelope,
  subscriber: string,
  mostHops: number,
): Finding {
  const message = `${name} of ${source} has ${hops} events between itself and the outside, more than the ${mostHops} that "${subscriber}" allows: it is taken for one of a loop that goes from ${source} by ${name} to ${subscriber}. The loop began with event ${correlation}${causation ? ` and came last from ${causation}` : ""}. Break it, or raise mostHops.`;
  return { path: "millrace.hops", message, value: String(hops) };
}
