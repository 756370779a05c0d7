/** What step code imports: `import { worker } from "millrace/worker"`. */
export { ask, giveUp, StepFailure, waitAndRetry } from "../../lib/contract/failure.ts";
export type { Artifacts, Log } from "./ports.ts";
export type { StepContext, StepFunction } from "./work.ts";
export { worker } from "./worker-handler.ts";
