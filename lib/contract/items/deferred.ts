import type { ApprovalMessage } from "../messages/approval-message.ts";
import type { ReactionMessage, StepMessage } from "../messages/message.ts";
import type { CallChild } from "../messages/wait-message.ts";
import type { ArrivedEvent } from "./delivery.ts";
import type { Item } from "./item.ts";

/** Why a message is deferred. */
export type DeferReason =
  | "run paused"
  | "workflow paused"
  | "subscriber paused"
  | "breaker open"
  | "retry after"
  | "retry scheduled";

/**
 * A message that was taken out of its queue, since it cannot be handled now and would only use up its
 * receives. It is sent again when it is due, or when the pause ends.
 */
export interface DeferredItem extends Item {
  kind: "deferred";
  run: string;
  epoch: number;
  /** Or the reaction, which is then also the step. */
  workflow: string;
  /** The step, the role that is asked, or the workflow that is called. */
  step: string;
  path: string;
  reason: DeferReason;
  /** Nonce of the invocation that deferred it. */
  owner: string;
  message: StepMessage | ReactionMessage | ApprovalMessage | CallChild;
  /** The event that a reaction has to handle. */
  event?: ArrivedEvent | undefined;
  /** Orders the messages of one effect: a later one replaces an earlier one. */
  fence: number;
  deferredAt: string;
  /**
   * Index partition of a workflow's messages that are deferred until the pause ends, and of those that have a
   * time.
   */
  list?: string | undefined;
  listedAt?: string | undefined;
  due?: string | undefined;
  /** ISO time at which it is sent again. Absent: when the pause ends. */
  dueAt?: string | undefined;
}
