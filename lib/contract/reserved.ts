/** Source of every event that Millrace itself publishes. Producers are granted any source but this one. */
export const MILLRACE_SOURCE = "millrace";

/** The subscriber name for events that runs wait for. */
export const WAITS_SUBSCRIBER = "millrace.waits";

/** Event names that only the relay publishes; no contract may use them. */
export const RESERVED_EVENTS = [
  "run.requested",
  "run.started",
  "run.stuck",
  "run.unstuck",
  "run.paused",
  "run.resumed",
  "run.succeeded",
  "run.failed",
  "run.timed-out",
  "run.terminated",
  "step.completed",
  "step.failed",
  "step.late",
  "step.undone",
  "race.decided",
  "reaction.completed",
  "reaction.failed",
  "approval.requested",
  "approval.voted",
  "approval.delegated",
  "approval.decided",
  "escalation.raised",
  "delivery.overdue",
  "delivery.dead-lettered",
  "dead-letter.redriven",
  "dead-letter.discarded",
  "replay.started",
  "event.late",
  "event.quarantined",
  "event.released",
  "event.discarded",
  "breaker.opened",
  "breaker.half-opened",
  "breaker.closed",
] as const;

export type ReservedEvent = (typeof RESERVED_EVENTS)[number];

/** Events that are only in the log, not on the bus. */
export const LOGGED_EVENTS = [
  "run.accepted",
  "run.closing",
  "run.compensating",
  "run.compensated",
  "step.started",
  /** It was claimed, and released before it started. */
  "step.released",
  "step.sealed",
  "step.deferred",
  "wait.started",
  "wait.matched",
  "approval.closed",
] as const;

export type LoggedEvent = (typeof LOGGED_EVENTS)[number];
