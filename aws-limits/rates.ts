/** A rate, as a token bucket of AWS: a burst, and a number of further calls per second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** A quota of an account in a region, with the default that the service publishes. */
export interface Quota<Figure extends Rate | number = Rate | number> {
  readonly service: string;
  /** The name of the quota, or of the section that documents it. */
  readonly what: string;
  readonly figure: Figure;
  /** A hard limit is the same for every account; a quota has a default, which AWS raises on request. */
  readonly kind: "hard" | "quota";
  readonly source: string;
}

const STATES = "https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html";
const EVENTS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html";
const FIFO =
  "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html";
const LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";
const SCALING = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html";
const PARTITIONS =
  "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html";
const ON_DEMAND =
  "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html";

const steady = (perSecond: number): Rate => ({ burst: perSecond, perSecond });
const rate = (burst: number, perSecond: number): Rate => ({ burst, perSecond });

/**
 * The rates and concurrency of an account: the services' published defaults for us-east-1, read in November
 * 2026 in their developer guides. New accounts begin with less Lambda concurrency and fewer state
 * transitions. If two readings are possible, the stricter one is used. Step Functions' are those of standard
 * workflows.
 */
export const QUOTAS = {
  startExecution: quota("Step Functions", "StartExecution, API action throttling", rate(1300, 300), STATES),
  sendTask: quota("Step Functions", "SendTaskSuccess, API action throttling", rate(3000, 500), STATES),
  stopExecution: quota("Step Functions", "StopExecution, API action throttling", rate(1000, 200), STATES),
  redriveExecution: quota(
    "Step Functions",
    "RedriveExecution, API action throttling",
    rate(1300, 300),
    STATES,
  ),
  describeExecution: quota(
    "Step Functions",
    "DescribeExecution, API action throttling",
    rate(300, 15),
    STATES,
  ),
  listExecutions: quota("Step Functions", "ListExecutions, API action throttling", rate(200, 5), STATES),
  getExecutionHistory: quota(
    "Step Functions",
    "GetExecutionHistory, API action throttling",
    rate(400, 20),
    STATES,
  ),
  stateTransitions: quota("Step Functions", "State throttling", steady(5000), STATES),
  openExecutions: quota("Step Functions", "Open executions of an account", 1_000_000, STATES),
  putEvents: quota(
    "EventBridge",
    "PutEvents throttle limit in transactions per second",
    steady(10_000),
    EVENTS,
  ),
  targetInvocations: quota(
    "EventBridge",
    "Invocations throttle limit in transactions per second",
    steady(18_750),
    EVENTS,
  ),
  // Without high throughput mode; with it, each group has the same.
  fifoCalls: { ...quota("SQS", "API calls of a FIFO queue, per action", steady(300), FIFO), kind: "hard" },
  concurrency: quota("Lambda", "Concurrent executions", 1000, LAMBDA),
  // 1,000 in ten seconds.
  scaling: {
    ...quota("Lambda", "Concurrency scaling rate of a function", rate(1000, 100), SCALING),
    kind: "hard",
  },
  // Ten per concurrent execution.
  invocations: quota("Lambda", "Invocation requests per second", steady(10_000), LAMBDA),
  partitionWrites: {
    ...quota("DynamoDB", "Write units of a partition", steady(1000), PARTITIONS),
    kind: "hard",
  },
  partitionReads: {
    ...quota("DynamoDB", "Read units of a partition", steady(3000), PARTITIONS),
    kind: "hard",
  },
  tableWrites: quota("DynamoDB", "Initial write throughput of an on-demand table", 4000, ON_DEMAND),
  tableReads: quota("DynamoDB", "Initial read throughput of an on-demand table", 12_000, ON_DEMAND),
} as const satisfies Record<string, Quota>;

type Figures<Quotas> = {
  readonly [Name in keyof Quotas]: Quotas[Name] extends Quota<infer Figure> ? Figure : never;
};

/** Only the figures of the quotas. */
export const AWS_RATES = Object.fromEntries(
  Object.entries(QUOTAS).map(([name, { figure }]) => [name, figure]),
) as Figures<typeof QUOTAS>;

function quota<Figure extends Rate | number>(
  service: string,
  what: string,
  figure: Figure,
  source: string,
): Quota<Figure> {
  return { service, what, figure, kind: "quota", source };
}
