import type { Rate } from "./token-bucket.ts";

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

const steady = (perSecond: number): Rate => ({ burst: perSecond, perSecond });

/**
 * The services' published defaults for us-east-1, read in November 2026 in their developer guides. Most can be raised on
 * request; partitions of DynamoDB and the call rate of a FIFO queue's message group cannot. New accounts begin lower with
 * Lambda's concurrency and with state transitions. Where two readings are possible, the stricter one is taken.
 */
export const AWS_LIMITS: Required<LimitFigures> = {
  // Step Functions, "Quotas related to API action throttling", standard workflows.
  startExecution: { burst: 1300, perSecond: 300 },
  sendTask: { burst: 3000, perSecond: 500 },
  stopExecution: { burst: 1000, perSecond: 200 },
  redriveExecution: { burst: 1300, perSecond: 300 },
  describeExecution: { burst: 300, perSecond: 15 },
  listExecutions: { burst: 200, perSecond: 5 },
  getExecutionHistory: { burst: 400, perSecond: 20 },
  // "Quotas related to state throttling" and "Quotas related to accounts".
  stateTransitions: steady(5000),
  openExecutions: 1_000_000,
  // EventBridge, "PutEvents throttle limit" and "Invocations throttle limit", in transactions per second.
  putEvents: steady(10_000),
  targetInvocations: steady(18_750),
  // SQS, "FIFO queue quotas": 300 calls per second and action without high throughput mode, whose groups have the same.
  fifoCalls: steady(300),
  // Lambda, "Concurrent executions", "Concurrency scaling rate" (1,000 in ten seconds) and ten requests per second for each.
  concurrency: 1000,
  scaling: { burst: 1000, perSecond: 100 },
  invocations: steady(10_000),
  // DynamoDB, "Burst and adaptive capacity": what one partition does. "Initial throughput for on-demand capacity mode".
  partitionWrites: steady(1000),
  partitionReads: steady(3000),
  tableWrites: 4000,
  tableReads: 12_000,
};
