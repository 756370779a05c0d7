import type { ApprovalDecision } from "../message.ts";
import type { Item, Origin } from "./item.ts";

/** A question to a person. */
export interface ApprovalItem extends Item, Origin {
  kind: "approval";
  run: string;
  epoch: number;
  workflow: string;
  approval: string;
  path: string;
  state: "pending" | "decided" | "closed";
  level: number;
  token: string;
  /** Orders the entries of the state that asks, and the tries of each. */
  fence: number;
  /** The reason of an escalation. */
  why?: string | undefined;
  show: Record<string, unknown>;
  askedAt: string;
  /** ISO time up to which an answer counts; after that, silence has its consequence. */
  until?: string | undefined;
  /** What silence means. Absent where it means nothing. */
  otherwise?: "escalate" | "reject" | "approve" | undefined;
  decision?: ApprovalDecision | undefined;
  decidedAt?: string | undefined;
  list?: string | undefined;
  listedAt?: string | undefined;
}
