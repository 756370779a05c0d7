import type { BatchHandler } from "../../../lambdas/runtime/handlers/pool-handler.ts";
import type { StepContext } from "../../../lambdas/runtime/index.ts";
import type { HandlerFactory } from "../../../local/simulate.ts";

const SOURCE = new URL("./pool.ts", import.meta.url);

/** What comes before a step's own work. `sleep` waits in virtual time. */
export type Before = (
  step: string,
  sleep: (milliseconds: number) => Promise<void>,
  context: StepContext,
) => unknown;

/** What is around the handler of messages. */
export type Around = (handler: BatchHandler) => BatchHandler;

/** The worker of a pool, which does this before each step. */
export function poolDoing(before: Before): HandlerFactory {
  return async ({ load, sleep }) =>
    (await load(SOURCE)).pool((step: string, context: StepContext) => before(step, sleep, context));
}

/** The same for the function of an express workflow, whose intake is in the file `intake`. */
export function expressDoing(
  intake: URL,
  before: Before = () => {},
  around: Around = (handler) => handler,
): HandlerFactory {
  return async ({ load, sleep }) => {
    const { handler } = await load(intake);
    const beforeEach = (step: string, context: StepContext) => before(step, sleep, context);
    return (await load(SOURCE)).express(handler, beforeEach, around);
  };
}
