/**
 * The imports for defining events, steps and workflows, and for reading definitions. Pure: no AWS, no CDK.
 */

export { type BreakerSpec, defineBreaker } from "./contract/breaker.ts";
export type { Budget, Usage } from "./contract/budget.ts";
export { DefinitionError } from "./contract/definition-error.ts";
export type { DeliveryOptions } from "./contract/delivery.ts";
export { type CloudEventDeliverySpec, defineCloudEventDelivery } from "./contract/delivery-by-http.ts";
export { type Duration, milliseconds, seconds } from "./contract/duration.ts";
export { type DataOf, defineEvent, type EventContract, type Identity, upcast } from "./contract/event.ts";
export type { Batch, EventBatch } from "./contract/event-batch.ts";
export { ask, giveUp, StepFailure, waitAndRetry } from "./contract/failure.ts";
export type { ApprovalDecision } from "./contract/messages/approval-message.ts";
export type { Pattern } from "./contract/pattern.ts";
export type { AtOnce, Debounce, PerKey, Throttle } from "./contract/per-key.ts";
export { definePool, type PoolSpec } from "./contract/pool.ts";
export { defineReaction, type ReactionSpec } from "./contract/reaction.ts";
export type { Schema } from "./contract/schema.ts";
export { defineSharedLimit, type SharedLimitOptions, type SharedLimitSpec } from "./contract/shared-limit.ts";
export { defineStep, type RetryPolicy, type StepSpec } from "./contract/step.ts";
export { type StepsOfRun, stepResult } from "./contract/step-result.ts";
export { defineTool, type ToolSpec } from "./contract/tool.ts";
export { type CloudEventsSpec, defineCloudEvents } from "./contract/trigger/cloud-events.ts";
export {
  type AlarmChange,
  defineAlarmTrigger,
  defineEventTrigger,
  defineFileTrigger,
  type EventTriggerSpec,
  type LandedFile,
} from "./contract/trigger/event.ts";
export { defineQueueTrigger, type QueueTriggerSpec } from "./contract/trigger/queue.ts";
export { defineSchedule, type ScheduleSpec } from "./contract/trigger/schedule.ts";
export {
  github,
  hmac,
  type Signature,
  slack,
  standardWebhooks,
  stripe,
} from "./contract/trigger/signature.ts";
export { defineTableChanges, type ItemChange, type TableChangesSpec } from "./contract/trigger/table.ts";
export {
  type Absence,
  type AbsenceSpec,
  type Crossing,
  defineAbsence,
  defineThreshold,
  type ThresholdOptions,
  type ThresholdSpec,
} from "./contract/trigger/threshold.ts";
export { defineWebhook, type WebhookSpec } from "./contract/trigger/webhook.ts";
export type { Bindings } from "./workflow/bindings.ts";
export type { WorkflowBuilder } from "./workflow/builder.ts";
export { compile } from "./workflow/compile.ts";
export { awaitedEvents, eventsOf, stepsOf, undoStepsOf } from "./workflow/composition.ts";
export { currentMachines } from "./workflow/current.ts";
export { defineWorkflow } from "./workflow/define.ts";
export { describePlan } from "./workflow/describe.ts";
export { drawGraph } from "./workflow/draw-graph.ts";
export type { Length } from "./workflow/length.ts";
export {
  and,
  at,
  contains,
  dividedBy,
  eq,
  exists,
  gt,
  gte,
  includes,
  jsonata,
  lowerCase,
  lt,
  lte,
  minus,
  ne,
  not,
  or,
  orElse,
  plus,
  present,
  size,
  text,
  times,
} from "./workflow/operators/index.ts";
export { participantsOf } from "./workflow/participants.ts";
export { type Plan, plan } from "./workflow/plan.ts";
export type { Given, Ref, Reference } from "./workflow/ref.ts";
export { settingsCatalogue } from "./workflow/settings.ts";
export { knownLimits } from "./workflow/shared-limits.ts";
export type { StateMachine } from "./workflow/states.ts";
export { definitionVersion } from "./workflow/version.ts";
export type { Workflow } from "./workflow/workflow.ts";
