import { approvalPartition } from "./keys/approval.ts";
import { workPartition } from "./keys/claim.ts";
import { breakerKey, type ControlTarget, commandKey, controlKey } from "./keys/control.ts";
import { deferredPartition } from "./keys/deferred.ts";
import { deadLetterKey, deliveryKey, quarantineKey } from "./keys/delivery.ts";
import { deployedQueueKey, releaseKey, releaseMachineKey } from "./keys/deployment.ts";
import { batchLineKey, collectedKey, keyQueueKey, limitLaneKey } from "./keys/flow-control.ts";
import { auditKey, correlatedKey, feedKey, logKey, viewersKey } from "./keys/log.ts";
import { racePartition } from "./keys/race.ts";
import { dryRunEventKey, replayKey } from "./keys/replay.ts";
import { runKey } from "./keys/run.ts";
import { scheduleKey, watchedKey } from "./keys/trigger.ts";
import { runPattern } from "./runs/run-id.ts";

/**
 * Patterns of partition keys by content, in the form of a policy's condition. Ids of runs, reaction runs and
 * quarantined events begin with the name of their workflow, reaction or trigger, followed by a digest of a
 * fixed length, so that a pattern of "a" matches nothing of "a-b".
 */
export const PARTITIONS = {
  /** Run items: of one workflow, or of all. */
  runs: (workflow?: string) => runKey(runPattern(workflow)).pk,
  /** Claims: of one workflow or reaction, or of all. */
  work: (name?: string) => workPartition(runPattern(name)),
  /** Deferred messages: of one workflow or reaction, or of all. */
  deferred: (name?: string) => deferredPartition(runPattern(name)),
  approvals: () => approvalPartition(runPattern()),
  /** Decided races: of one workflow, or of all. */
  races: (workflow?: string) => racePartition(runPattern(workflow)),
  keyQueues: (workflow: string) => keyQueueKey(workflow, "*").pk,
  /** Lanes of a shared limit, with the runs that wait for a place. */
  limits: (limit = "*") => limitLaneKey(limit, "*").pk,
  /** What a threshold or an absence remembers. */
  watched: (trigger: string) => watchedKey(trigger, "*").pk,
  /** Lines of events that wait for their batch, and the events themselves. */
  batches: (workflow: string) => batchLineKey(workflow, "*").pk,
  collected: (workflow: string) => collectedKey(runPattern(workflow)).pk,
  /** Of one trigger, workflow or reaction, or of all. */
  quarantine: (subscriber?: string) => quarantineKey(runPattern(subscriber)).pk,
  controls: (target: ControlTarget, name = "*") => controlKey(target, name).pk,
  commands: () => commandKey("*").pk,
  breaker: (breaker = "*") => breakerKey(breaker).pk,
  waits: () => "wait#*",
  deliveries: () => deliveryKey("*", "").pk,
  deadLetters: () => deadLetterKey("*").pk,
  replays: () => replayKey("*").pk,
  dryRunEvent: (subscriber: string) => dryRunEventKey("*", subscriber, "").pk,
  schedules: () => scheduleKey("*").pk,
  releases: () => releaseKey("").pk,
  releaseMachines: () => releaseMachineKey("", "").pk,
  queues: () => deployedQueueKey().pk,
  log: () => logKey("*", "", "", 0, "").pk,
  correlations: () => correlatedKey("*").pk,
  feed: () => feedKey().pk,
  viewers: () => viewersKey().pk,
  audit: () => auditKey().pk,
} as const;
