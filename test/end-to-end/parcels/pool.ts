import { poolHandler } from "../../../lambdas/runtime/handlers/pool-handler.ts";
import { type StepContext, worker } from "../../../lambdas/runtime/index.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import { handle } from "./handle.ts";
import { label, pack, send, stamp, unpack, weigh } from "./steps.ts";

/** The pool's handler as it is bundled, with something that comes before each step. */
export function pool(before: (step: string, context: StepContext) => Promise<void> | void) {
  const of = (spec: StepSpec, code: (input: any, context: StepContext) => unknown) =>
    worker(spec as any, async (input: any, context) => {
      await before(spec.name, context);
      return (await code(input, context)) as any;
    });
  return poolHandler({
    ...Object.fromEntries(
      [pack, weigh, label, stamp, send].map((spec) => [spec.name, of(spec, handle(spec.name))]),
    ),
    unpack: of(unpack, ({ output }) => output),
  });
}
