import type { ReactionFunction, StepContext } from "../../lambdas/runtime/index.ts";
import type { ReactionSpec } from "../../lib/contract/reaction.ts";
import type { StepSpec } from "../../lib/contract/step.ts";
import type { HandlerFactory } from "../../local/simulate.ts";

/** Handlers around code of a test's own: everything but that code is what deploys. */

export const RUNTIME = new URL("../../lambdas/runtime/index.ts", import.meta.url);

export type Sleep = Parameters<HandlerFactory>[0]["sleep"];

export function workerOf<Input, Output>(
  spec: StepSpec<string, any, any, Input, Output>,
  code: (input: Input, context: StepContext, sleep: Sleep) => unknown,
): HandlerFactory {
  return async ({ load, sleep }) =>
    (await load(RUNTIME)).worker(spec, (input: Input, context: StepContext) => code(input, context, sleep));
}

export function reactionOf(spec: ReactionSpec, code: ReactionFunction<any>): HandlerFactory {
  return async ({ load }) => (await load(RUNTIME)).reaction(spec, code);
}

/** The same handler, whose process dies without an answer while `isDying`. */
export function dyingWhile(isDying: () => boolean, make: HandlerFactory): HandlerFactory {
  return async (environment) => {
    const handler = await make(environment);
    return (event, context) => {
      if (isDying()) throw new Error("The process died.");
      return handler(event, context);
    };
  };
}
