import type { Quorum } from "../quorum.ts";
import type { Entry, RunReference } from "./message.ts";

/** What a state machine sends when a person has to decide. */
export interface ApprovalMessage extends Entry {
  taskToken: string;
  run: RunReference;
  /** Who is asked: "editor". */
  approval: string;
  path: string;
  /** 1 for the first request, 2 after the first had no answer. */
  level: number;
  /** Milliseconds until the timeout; absent if the workflow's deadline is the only limit. */
  within?: number | undefined;
  /** What happens on the timeout. Absent where there is none. */
  otherwise?: "escalate" | "reject" | "approve" | undefined;
  /** The state that asked has timed out: the timeout is the decision, unless there is another. */
  over?: true | undefined;
  /** How often the message has been deferred. */
  deferred?: number | undefined;
  /** The reason of an escalation: why the workflow could not decide. */
  why?: string | undefined;
  /** How many people decide; absent if the first answer does. */
  quorum?: Quorum | undefined;
  /** Who requested the decision, and may not make it. Absent if not declared. */
  requestedBy?: string | undefined;
  /** What the person sees. */
  show: Record<string, unknown>;
}

/** A person's decision, as the workflow reads it. */
export interface ApprovalDecision {
  approved: boolean;
  decidedBy: string;
  note?: string | undefined;
}
