import { worker } from "../../../../lambdas/runtime/index.ts";
import { confirm } from "./definitions.ts";

export const handler = worker(confirm, ({ trip }) => ({ trip }));
