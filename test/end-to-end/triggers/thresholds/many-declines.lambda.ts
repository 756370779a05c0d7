import { threshold } from "../../../../lambdas/runtime/index.ts";
import { manyDeclines } from "./payments.ts";

export const handler = threshold(manyDeclines, ({ key, value }) => ({ customer: key, value }));
