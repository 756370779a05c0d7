import { worker } from "../../../../lambdas/runtime/index.ts";
import { callModel } from "../calls.ts";

export const handler = worker(callModel, ({ job }) => ({ job }));
