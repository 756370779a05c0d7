import type { ApprovalDecision } from "../messages/approval-message.ts";
import type { Votes } from "../quorum.ts";
import type { Item, Origin } from "./item.ts";

/** An approval: a question to a person. */
export interface ApprovalItem extends Item, Origin, Votes {
  kind: "approval";
  run: string;
  epoch: number;
  workflow: string;
  approval: string;
  path: string;
  state: "pending" | "decided" | "closed";
  level: number;
  token: string;
  /** Orders the entries of the state that requests it, and the attempts of each. */
  fence: number;
  /** The reason of an escalation. */
  why?: string | undefined;
  show: Record<string, unknown>;
  askedAt: string;
  /** ISO time up to which a decision counts; after that, the timeout decides. */
  until?: string | undefined;
  /** The consequence of the timeout. Absent if there is none. */
  otherwise?: "escalate" | "reject" | "approve" | undefined;
  decision?: ApprovalDecision | undefined;
  decidedAt?: string | undefined;
  list?: string | undefined;
  listedAt?: string | undefined;
}
