import type { Item } from "./item.ts";

/** A deployment's record of a queue and of the rules that send to it. */
export interface DeployedQueue {
  /** The workflow, the reaction, "<workflow>/<step>", or another purpose of the queue. */
  name: string;
  role: "workflow" | "reaction" | "step" | "waits" | "approvals" | "control" | "endings" | "ledger";
  /** The workflow to which a step belongs. */
  workflow?: string | undefined;
  queueUrl: string;
  deadLettersUrl: string;
  /** ARN of the rule for each event, by the event's name. */
  rules: Record<string, string>;
}

/** The name under which the queue of a step is deployed. */
export function stepQueueName(workflow: string, step: string): string {
  return `${workflow}/${step}`;
}

/** A deployed queue. Stored until its deployment is removed. */
export interface DeployedQueueItem extends Item, DeployedQueue {
  kind: "queue";
}
