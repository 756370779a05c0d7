/** A rate as AWS's token buckets have it: so many calls at once, and so many more each second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

const steady = (perSecond: number): Rate => ({ burst: perSecond, perSecond });

/**
 * What an account may do in a second, and have at once: the services' published defaults for us-east-1, read in November 2026
 * in their developer guides. Most can be raised on request; partitions of DynamoDB and the call rate of a FIFO queue's message group cannot. New accounts begin lower with
 * Lambda's concurrency and with state transitions. Where two readings are possible, the stricter one is taken.
 */
export const AWS_RATES = {
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
} as const satisfies Record<string, Rate | number>;
