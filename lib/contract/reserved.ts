/** Source of every event that Millrace itself publishes. Producers are granted any source but this one. */
export const MILLRACE_SOURCE = "millrace";

/** Who takes the events that runs wait for, where the subscriber of an event is named. */
export const WAITS_SUBSCRIBER = "millrace.waits";

/** Event names that only the relay publishes; no contract may take one. */
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
  "reaction.completed",
  "reaction.failed",
  "approval.requested",
  "approval.decided",
  "escalation.raised",
  "delivery.overdue",
  "delivery.dead",
  "dead-letter.redriven",
  "dead-letter.discarded",
  "replay.ordered",
  "event.late",
  "event.quarantined",
  "event.released",
  "event.discarded",
  "breaker.opened",
  "breaker.probed",
  "breaker.closed",
] as const;

export type ReservedEvent = (typeof RESERVED_EVENTS)[number];

/** What only the log tells: too small to be an event of its own on the bus. */
export const LOGGED_EVENTS = [
  "run.accepted",
  "run.closing",
  "run.compensating",
  "run.compensated",
  "step.started",
  /** It was claimed, and given back before it began. */
  "step.released",
  "step.sealed",
  "step.parked",
  "wait.begun",
  "wait.met",
  "approval.closed",
] as const;

export type LoggedEvent = (typeof LOGGED_EVENTS)[number];
