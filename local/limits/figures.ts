import { AWS_RATES, type Rate } from "../../aws-limits/rates.ts";

/** The rates and concurrency of an account in a region. A missing limit does not apply. */
export interface LimitFigures {
  /** Calls of StartExecution. */
  startExecution?: Rate;
  /** Calls of SendTaskSuccess, of SendTaskFailure and of SendTaskHeartbeat, each. */
  sendTask?: Rate;
  stopExecution?: Rate;
  redriveExecution?: Rate;
  describeExecution?: Rate;
  listExecutions?: Rate;
  getExecutionHistory?: Rate;
  /** States that executions enter. Above it, executions wait. */
  stateTransitions?: Rate;
  /** Open executions. */
  openExecutions?: number;
  /** Calls of PutEvents, each with up to ten events. */
  putEvents?: Rate;
  /** Deliveries of events to targets. Above it, deliveries wait. */
  targetInvocations?: Rate;
  /** Calls of one action for one FIFO queue. */
  fifoCalls?: Rate;
  /** Concurrent invocations of all functions. */
  concurrency?: number;
  /** How fast the concurrency of one function may grow. */
  scaling?: Rate;
  /** Invocations of all functions together. */
  invocations?: Rate;
  /** Write units of the items of one partition key, in a table or in an index of it. */
  partitionWrites?: Rate;
  /** Read units of the items of one partition key, in a table or in an index of it. */
  partitionReads?: Rate;
  /** Initial write units per second of an on-demand table or index; it grows with its use. */
  tableWrites?: number;
  /** Initial read units per second of an on-demand table or index; it grows with its use. */
  tableReads?: number;
}

export type LimitName = keyof LimitFigures;

/** The services' published defaults. */
export const AWS_LIMITS: Required<LimitFigures> = AWS_RATES;
