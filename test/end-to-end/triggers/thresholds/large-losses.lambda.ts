import { threshold } from "../../../../lambdas/runtime/index.ts";
import { largeLosses } from "./payments.ts";

export const handler = threshold(largeLosses, ({ key, value }) => ({ customer: key, value }));
