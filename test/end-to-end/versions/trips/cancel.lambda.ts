import { worker } from "../../../../lambdas/runtime/index.ts";
import { cancel } from "./definitions.ts";

export const handler = worker(cancel, ({ input: { trip } }) => ({ trip }));
