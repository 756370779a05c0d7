import * as z from "zod";
import { defineBreaker, defineEvent, defineStep, defineWorkflow } from "../../../../lib/index.ts";

/** A cake is mixed, rests and is baked. */
export const CakeOrdered = defineEvent("cake.ordered", {
  version: 1,
  schema: z.object({ name: z.string().min(1), layers: z.int().min(1).max(5) }),
  identity: ({ name }) => name,
});

const Cake = z.object({ name: z.string(), layers: z.int() });
const step = {
  input: Cake,
  output: Cake,
  timeout: "5 seconds",
  retry: { attempts: 2, backoff: "1 second" },
} as const;

export const mixDough = defineStep("mix-dough", step);
const oven = defineBreaker("oven", { failures: 3 });
export const heatOven = defineStep("heat-oven", { ...step, breaker: oven });

export const bakeCake = defineWorkflow("bake-cake", {
  on: CakeOrdered,
  deadline: "10 days",
  run: (w, cake) => {
    const dough = w.step(mixDough, { name: cake.name, layers: cake.layers });
    const rested = w.sleep("20 seconds", { as: "rest", after: [dough] });
    return w.step(heatOven, { name: dough.name, layers: dough.layers }, { after: [rested] });
  },
});
