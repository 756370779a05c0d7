import { AWS_RATES, type Rate } from "../../aws-limits/rates.ts";

/** What an account may do in a region. A limit that is not given does not exist. */
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
  /** States that executions enter. Beyond it, executions wait. */
  stateTransitions?: Rate;
  /** Executions that have not ended. */
  openExecutions?: number;
  /** Calls of PutEvents, each with up to ten events. */
  putEvents?: Rate;
  /** Deliveries of events to targets. Beyond it, deliveries wait. */
  targetInvocations?: Rate;
  /** Calls of one action for one FIFO queue. */
  fifoCalls?: Rate;
  /** Invocations of all functions at once. */
  concurrency?: number;
  /** By how much the concurrency of one function may grow. */
  scaling?: Rate;
  /** Invocations of all functions together. */
  invocations?: Rate;
  /** Write units of the items of one partition key, in a table or in an index of it. */
  partitionWrites?: Rate;
  /** Read units of the items of one partition key, in a table or in an index of it. */
  partitionReads?: Rate;
  /** Write units a second that an on-demand table or index takes from the start; later it grows with its use. */
  tableWrites?: number;
  /** Read units a second that an on-demand table or index takes from the start; later it grows with its use. */
  tableReads?: number;
}

export type LimitName = keyof LimitFigures;

/** The services' published defaults. */
export const AWS_LIMITS: Required<LimitFigures> = AWS_RATES;
