/**
 * What handlers import: `worker` for a step, `reaction` for a reaction, `intake` for a workflow, `waits` for the events
 * that workflows wait for. `publisher` is for code of your own that publishes events.
 */
export { type CloudEvent, toCloudEvent } from "../../lib/contract/cloud-event.ts";
export { ask, giveUp, StepFailure, waitAndRetry } from "../../lib/contract/failure.ts";
export { cloudEvents } from "./handlers/cloud-events-handler.ts";
export { deliverCloudEvents } from "./handlers/delivery-handler.ts";
export { intake } from "./handlers/intake-handler.ts";
export { events, queueMessages } from "./handlers/message-handlers.ts";
export { publisher } from "./handlers/publisher.ts";
export { reaction } from "./handlers/reaction-handler.ts";
export { tableChanges } from "./handlers/table-handler.ts";
export { absence, threshold } from "./handlers/threshold-handler.ts";
export { waits } from "./handlers/waits-handler.ts";
export { webhook } from "./handlers/webhook-handler.ts";
export { worker } from "./handlers/worker-handler.ts";
export type { Artifacts, SharedFile, SharedFiles } from "./ports/files.ts";
export type { Log } from "./ports/telemetry.ts";
export { type CloudEventRequest, cloudEventRequest } from "./post/cloud-event-request.ts";
export { InvalidEvent, NotPublished, type Publisher } from "./publish/publish.ts";
export type { ReactionContext, ReactionFunction } from "./reactions/context.ts";
export type { StepContext, StepFunction } from "./work/context.ts";
