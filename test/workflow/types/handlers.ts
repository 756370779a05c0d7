import * as z from "zod";
import { worker } from "../../../lambdas/runtime/index.ts";
import { defineStep } from "../../../lib/index.ts";

const sign = defineStep("sign", {
  input: z.object({ order: z.string() }),
  output: z.object({ by: z.enum(["hand", "key"]), marks: z.array(z.object({ at: z.number() })) }),
  timeout: "1 minute",
});
const marks = [{ at: 1 }];

// What fits: literals keep their types, asynchronous or not, in each of several returns.
export const fitting = [
  worker(sign, async () => ({ by: "hand", marks })),
  worker(sign, ({ order }) => ({ by: order === "" ? "hand" : "key", marks: [] })),
  worker(sign, async ({ order }, { idempotencyKey }) => {
    if (order === idempotencyKey) return { by: "key", marks };
    return { by: "hand", marks: [] };
  }),
];

export const mistaken = [
  // @ts-expect-error is not assignable to parameter of type '{ readonly "A handler takes the `input` of its step and returns its `output`, of this type: change the handler, or the schema in defineStep": { by: "hand" | "key"; marks: { at: number; }[]; }; }'.
  worker(sign, async () => ({ bye: "hand", marks })),
  // @ts-expect-error Argument of type '() => Promise<{ by: "mouth"; marks: { at: number; }[]; }>' is not assignable to parameter of type '{ readonly "A handler takes the `input` of its step and returns its `output`, of this type: change the handler
  worker(sign, async () => ({ by: "mouth", marks })),
  // @ts-expect-error '() => Promise<void>' is not assignable to parameter of type '{ readonly "A handler takes the `input` of its step and returns its `output`, of this type: change the handler
  worker(sign, async () => {}),
  // @ts-expect-error change the handler, or the schema in defineStep
  worker(sign, (input: { order: number }) => ({ by: "hand", marks: [{ at: input.order }] })),
  // @ts-expect-error Property 'ordr' does not exist on type '{ order: string; }'.
  worker(sign, async ({ ordr }) => ({ by: "hand", marks: ordr })),
];
