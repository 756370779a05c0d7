import { worker } from "../../lambdas/runtime/index.ts";
import { composeScript } from "./script.ts";
import { writeScript } from "./steps.ts";

export const handler = worker(writeScript, ({ topic, scenes }) => composeScript(topic, scenes));
