import { worker } from "../../../../lambdas/runtime/index.ts";
import { announce } from "../steps.ts";

export const handler = worker(announce, ({ text }) => ({ said: `second announcement of the ${text}` }));
