import type { StepSpec } from "../../../lib/index.ts";
import { steps, workflows } from "./definitions.ts";

/** The handlers of a pool's steps by name. */
export function handlersOfPool<Handler>(
  pool: string,
  make: (step: StepSpec) => Handler,
): Record<string, Handler> {
  const own = (steps as readonly StepSpec[]).filter((step) => step.pool?.name === pool);
  return Object.fromEntries(own.map((step) => [step.name, make(step)]));
}

/** What a pool's bundle is for: "pools/send-parcel/counter". `express` is its workflow, if that has no executions. */
export function poolOf(bundle: string) {
  const [, workflow, pool] = bundle.split("/");
  return { pool: pool!, express: workflows.find(({ name, express }) => express && name === workflow) };
}
