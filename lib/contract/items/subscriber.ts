import type { Item } from "./item.ts";

/** What a deployment says of a queue and of the rules that fill it. */
export interface DeployedQueue {
  /** The workflow, the reaction, "<workflow>/<step>", or what else the queue is for. */
  name: string;
  role: "workflow" | "reaction" | "step" | "waits" | "approvals" | "control" | "endings" | "ledger";
  /** The workflow that a step belongs to. */
  workflow?: string | undefined;
  queueUrl: string;
  deadLettersUrl: string;
  /** ARN of the rule that brings each event, by the event's name. */
  rules: Record<string, string>;
}

/** The name by which the queue of a step is deployed. */
export function stepQueueName(workflow: string, step: string): string {
  return `${workflow}/${step}`;
}

/** A queue that is deployed. Kept until its deployment is gone. */
export interface DeployedQueueItem extends Item, DeployedQueue {
  kind: "queue";
}
