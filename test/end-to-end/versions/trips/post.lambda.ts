import { worker } from "../../../../lambdas/runtime/index.ts";
import { post } from "./definitions.ts";

export const handler = worker(post, ({ trip }) => ({ trip }));
