import { worker } from "../../../../lambdas/runtime/index.ts";
import { judge } from "./steps.ts";

export const handler = worker(judge, ({ round }) => ({ score: round }));
