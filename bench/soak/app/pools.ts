import type { StepSpec } from "../../../lib/index.ts";
import { steps } from "./definitions.ts";

/** The handlers of a pool's steps by name, given the pool's bundle: "pools/send-parcel/counter". */
export function handlersOfPool<Handler>(
  bundle: string,
  make: (step: StepSpec) => Handler,
): Record<string, Handler> {
  const pool = bundle.split("/").at(-1);
  const own = (steps as readonly StepSpec[]).filter((step) => step.pool?.name === pool);
  return Object.fromEntries(own.map((step) => [step.name, make(step)]));
}
