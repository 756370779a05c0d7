/**
 * The imports of a CDK app: Millrace as a whole, and each of its constructs for separate use. Definitions are
 * in `index.ts`.
 */
export { Approvals, type ApprovalsProps } from "./constructs/approvals.ts";
export { ArtifactBucket, type ArtifactBucketProps } from "./constructs/artifact-bucket.ts";
export { BreakerAlarms, type BreakerAlarmsProps } from "./constructs/breaker-alarms.ts";
export { HandlerBundles, type HandlerBundlesProps } from "./constructs/bundles/handler-bundles.ts";
export { CompletionHandler, type CompletionHandlerProps } from "./constructs/completion-handler.ts";
export { Control, type ControlProps } from "./constructs/control.ts";
export type { ConsoleProps, IssuerProps } from "./constructs/control-plane/console-props.ts";
export { ControlPlane, type ControlPlaneProps } from "./constructs/control-plane/control-plane.ts";
export { DeadLetterCollector, type DeadLetterCollectorProps } from "./constructs/dead-letter-collector.ts";
export { DeadLetters, type DeadLettersProps } from "./constructs/dead-letters.ts";
export type { Destination, Destinations } from "./constructs/destination.ts";
export { DurableQueue, type DurableQueueProps } from "./constructs/durable-queue.ts";
export { encryptWith } from "./constructs/encrypt-with.ts";
export { EventBus, type EventBusProps } from "./constructs/event-bus.ts";
export { HandlerFunction, type HandlerFunctionProps } from "./constructs/handler-function.ts";
export { Ledger, type LedgerProps } from "./constructs/ledger.ts";
export type { ReservedConcurrency } from "./constructs/millrace-props.ts";
export type { ImageModels, Models } from "./constructs/models.ts";
export type { FailureRate } from "./constructs/operations/alarms.ts";
export {
  type AlarmOptions,
  notify,
  Operations,
  type OperationsProps,
} from "./constructs/operations/operations.ts";
export { OutboxRelay, type OutboxRelayProps } from "./constructs/outbox-relay.ts";
export type { Platform } from "./constructs/platform.ts";
export { Reaction, type ReactionProps } from "./constructs/reaction.ts";
export { Releases, type ReleasesProps } from "./constructs/releases.ts";
export { SchemaRegistry, type SchemaRegistryProps } from "./constructs/schema-registry.ts";
export { StateMachines } from "./constructs/state-machines.ts";
export { StateTable, type StateTableProps } from "./constructs/state-table.ts";
export type { TelemetryProps } from "./constructs/telemetry.ts";
export * from "./constructs/triggers/index.ts";
export { Waits, type WaitsProps } from "./constructs/waits.ts";
export { StepWorker, type StepWorkerProps } from "./constructs/workflow/step-worker.ts";
export { Workflow, type WorkflowProps } from "./constructs/workflow/workflow.ts";
export {
  type ImageModelSetting,
  Millrace,
  type MillraceProps,
  type ModelSetting,
  parseImageModel,
  parseModel,
} from "./millrace.ts";
