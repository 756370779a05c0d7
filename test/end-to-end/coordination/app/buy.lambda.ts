import { worker } from "../../../../lambdas/runtime/index.ts";
import { buy } from "./steps.ts";

export const handler = worker(buy, ({ what, usd }, { spend }) =>
  spend({ usd }, async () => ({ value: { text: what }, actual: { usd } })),
);
