import { worker } from "../../../../lambdas/runtime/index.ts";
import { announce } from "../steps.ts";

export const handler = worker(announce, ({ text }) => ({ said: `first announcement of the ${text}` }));
