import { events } from "../../lambdas/runtime/index.ts";
import { backlog } from "./triggers.ts";

export const handler = events(backlog, ({ alarm, reason }) => ({ about: `${alarm}: ${reason}` }));
