/**
 * What handlers import: `worker` for a step, `reaction` for a reaction, `intake` for a workflow, `waits` for the events
 * that workflows wait for.
 */
export { ask, giveUp, StepFailure, waitAndRetry } from "../../lib/contract/failure.ts";
export { intake } from "./intake/intake-handler.ts";
export type { Artifacts, Log } from "./ports.ts";
export type { ReactionContext, ReactionFunction } from "./react/context.ts";
export { reaction } from "./react/reaction-handler.ts";
export type { StepContext, StepFunction } from "./work/context.ts";
export { waits } from "./wait/waits-handler.ts";
export { worker } from "./work/worker-handler.ts";
