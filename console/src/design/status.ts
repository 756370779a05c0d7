import type { IconName } from "../parts/icon.tsx";

/** The look of a state: a colour and a shape, always with its word. */
export interface Look {
  tone: "good" | "bad" | "busy" | "held" | "ask" | "quiet";
  icon: IconName;
  turns?: boolean;
  label?: string;
}

const LOOKS: Record<string, Look> = {
  // Runs
  accepted: { tone: "quiet", icon: "circle" },
  running: { tone: "busy", icon: "arc", turns: true },
  closing: { tone: "held", icon: "stop" },
  compensating: { tone: "held", icon: "undo" },
  succeeded: { tone: "good", icon: "check" },
  failed: { tone: "bad", icon: "cross" },
  "timed-out": { tone: "bad", icon: "clock", label: "timed out" },
  terminated: { tone: "quiet", icon: "stop" },
  stuck: { tone: "bad", icon: "warning" },
  paused: { tone: "held", icon: "pause" },
  draining: { tone: "held", icon: "out" },
  // Steps and nodes
  idle: { tone: "quiet", icon: "circle", label: "not started" },
  waiting: { tone: "ask", icon: "clock" },
  done: { tone: "good", icon: "check" },
  undone: { tone: "held", icon: "undo" },
  skipped: { tone: "quiet", icon: "skip" },
  stopped: { tone: "quiet", icon: "stop" },
  deferred: { tone: "held", icon: "deferred", label: "deferred" },
  queued: { tone: "quiet", icon: "list" },
  // Deliveries
  published: { tone: "quiet", icon: "send" },
  received: { tone: "busy", icon: "arc" },
  duplicate: { tone: "quiet", icon: "check" },
  dead: { tone: "bad", icon: "deadLetter", label: "dead-lettered" },
  quarantined: { tone: "held", icon: "quarantine" },
  overdue: { tone: "bad", icon: "clock" },
  // Questions
  pending: { tone: "ask", icon: "person" },
  approved: { tone: "good", icon: "check" },
  rejected: { tone: "bad", icon: "cross" },
  decided: { tone: "good", icon: "check" },
  // Breakers
  closed: { tone: "good", icon: "check" },
  open: { tone: "bad", icon: "breaker" },
  "half-open": { tone: "held", icon: "breaker", label: "half open" },
  // Resolutions of dead letters and quarantined events
  released: { tone: "good", icon: "play" },
  redriven: { tone: "good", icon: "retry" },
  discarded: { tone: "quiet", icon: "cross" },
  active: { tone: "good", icon: "check" },
};

export function lookOf(state: string): Look {
  return LOOKS[state] ?? { tone: "quiet", icon: "circle" };
}
