import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { Finding } from "./validation.ts";

/** The error of an event with more hops from the outside than its subscriber allows. */
export function endlessLoop(
  { name, source, hops, correlation, causation }: Envelope,
  subscriber: string,
  mostHops: number,
): Finding {
  const message = `${name} of ${source} has ${hops} hops, more than the ${mostHops} that "${subscriber}" allows. This indicates an event loop: from ${source} by ${name} to ${subscriber}. The loop started with event ${correlation}${causation ? ` and was last caused by ${causation}` : ""}. Break the loop, or raise mostHops.`;
  return { path: "millrace.hops", message, value: String(hops) };
}
