/**
 * What handlers import: `worker` for a step, `reaction` for a reaction, `intake` for a workflow, `waits` for the events
 * that workflows wait for. `publisher` is for code of your own that publishes events.
 */
export { ask, giveUp, StepFailure, waitAndRetry } from "../../lib/contract/failure.ts";
export { events, queueMessages } from "./door/message-handlers.ts";
export { tableChanges } from "./door/table-handler.ts";
export { webhook } from "./door/webhook-handler.ts";
export { intake } from "./intake/intake-handler.ts";
export type { Artifacts, Log, SharedFile, SharedFiles } from "./ports.ts";
export { InvalidEvent, NotPublished, type Publisher } from "./publish/publish.ts";
export { publisher } from "./publish/publisher.ts";
export type { ReactionContext, ReactionFunction } from "./react/context.ts";
export { reaction } from "./react/reaction-handler.ts";
export { waits } from "./wait/waits-handler.ts";
export type { StepContext, StepFunction } from "./work/context.ts";
export { worker } from "./work/worker-handler.ts";
