import type { Order, RunItem } from "../../../lib/contract/table.ts";
import { advance } from "./advance.ts";
import type { EndPorts } from "./ports.ts";
import { close } from "./transitions.ts";

/**
 * Ends a run before its time, whoever wants it: a person, or an event that cancels it. The same order again goes on
 * where the first stopped. Answers the run as it stands, which another order or its own end may have got ahead of, or
 * undefined where there is none.
 */
export async function terminate(run: string, order: Order, ports: EndPorts): Promise<RunItem | undefined> {
  const closing = await ports.runs.change(run, close(ports.now(), order));
  if (closing?.status === "closing" && closing.terminated?.key === order.key) await advance(closing, ports);
  return closing;
}
