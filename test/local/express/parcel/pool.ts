import { poolHandler } from "../../../../lambdas/runtime/handlers/pool-handler.ts";
import type { StepContext } from "../../../../lambdas/runtime/index.ts";
import { worker } from "../../../../lambdas/runtime/index.ts";
import type { StepSpec } from "../../../../lib/contract/step.ts";
import { handle } from "../../pools/parcel/handle.ts";
import { label, pack, unpack, weigh } from "./workflow.ts";

/** The pool's handler as it is bundled, with something that comes before each step. */
export function pool(before: (step: string, context: StepContext) => Promise<void> | void) {
  const of = (spec: StepSpec, code: (input: any, context: StepContext) => unknown) =>
    worker(spec as any, async (input: any, context) => {
      await before(spec.name, context);
      return (await code(input, context)) as any;
    });
  return poolHandler({
    pack: of(pack, handle("pack")),
    weigh: of(weigh, handle("weigh")),
    label: of(label, handle("label")),
    unpack: of(unpack, ({ output }) => output),
  });
}
