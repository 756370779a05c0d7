import { expressHandler } from "../../../lambdas/runtime/handlers/express-handler.ts";
import { type BatchHandler, poolHandler } from "../../../lambdas/runtime/handlers/pool-handler.ts";
import type { QueueHandler } from "../../../lambdas/runtime/handlers/queue-handler.ts";
import { type StepContext, worker } from "../../../lambdas/runtime/index.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import { handle } from "./handle.ts";
import { label, pack, send, stamp, unpack, weigh } from "./steps.ts";

type Before = (step: string, context: StepContext) => Promise<void> | void;

/** The pool's handler as it is bundled, with something that comes before each step. */
export const pool = (before: Before) => poolHandler(handlersOf(before));

/** The same for an express workflow, with something that is around the handler of messages. */
export function express(
  intake: QueueHandler,
  before: Before,
  around: (handler: BatchHandler) => BatchHandler,
) {
  const handlers = Object.entries(handlersOf(before)).map(
    ([step, handler]) => [step, around(handler)] as const,
  );
  return expressHandler(intake, Object.fromEntries(handlers));
}

function handlersOf(before: Before): Record<string, QueueHandler> {
  const of = (spec: StepSpec, code: (input: any, context: StepContext) => unknown) =>
    worker(spec as any, async (input: any, context) => {
      await before(spec.name, context);
      return (await code(input, context)) as any;
    });
  return {
    ...Object.fromEntries(
      [pack, weigh, label, stamp, send].map((spec) => [spec.name, of(spec, handle(spec.name))]),
    ),
    unpack: of(unpack, ({ output }) => output),
  };
}
