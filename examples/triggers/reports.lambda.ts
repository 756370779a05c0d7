import { events } from "../../lambdas/runtime/index.ts";
import { reports } from "./triggers.ts";

export const handler = events(reports, ({ key, size }) => ({ about: `${key} of ${size} bytes` }));
