import type { Rate } from "../../aws-limits/rates.ts";
import type { Clock } from "../kernel/clock.ts";
import { ServiceError } from "../kernel/errors.ts";
import type { CallContext } from "../kernel/service.ts";
import type { LimitFigures, LimitName } from "./figures.ts";
import { ScalingRate } from "./scaling-rate.ts";
import { TokenBucket } from "./token-bucket.ts";
import { type LimitUse, UseCounter } from "./use.ts";
import { WarmThroughput } from "./warm-throughput.ts";

/** The limits that are a rate. */
type RateName = {
  [Name in LimitName]-?: NonNullable<LimitFigures[Name]> extends Rate ? Name : never;
}[LimitName];

/** Calls with a rate of their own. Those of one limit share the figures, not the bucket. */
const CALLS: Record<string, RateName> = {
  "states:StartExecution": "startExecution",
  "states:SendTaskSuccess": "sendTask",
  "states:SendTaskFailure": "sendTask",
  "states:SendTaskHeartbeat": "sendTask",
  "states:StopExecution": "stopExecution",
  "states:RedriveExecution": "redriveExecution",
  "states:DescribeExecution": "describeExecution",
  "states:ListExecutions": "listExecutions",
  "states:GetExecutionHistory": "getExecutionHistory",
  "events:PutEvents": "putEvents",
};

/** Actions of SQS that send or receive messages. */
const MESSAGE_ACTION = /^(Send|Receive|Delete)Message|^ChangeMessageVisibility/;

/** Units of one partition of a table or index that a request is about to use. */
export interface UnitDemand {
  kind: "read" | "write";
  /** "runs", or "runs/by-status" for an index. */
  table: string;
  /** Its partition key; undefined for a scan, which reads all of them. */
  key: string | undefined;
  units: number;
}

/** The limits of an account in a region, and their use. A missing limit allows everything. */
export class Limits {
  private readonly figures: LimitFigures;
  private readonly clock: Clock;
  private readonly buckets = new Map<string, TokenBucket>();
  private readonly throughputs = new Map<string, WarmThroughput>();
  private readonly scalings = new Map<string, ScalingRate>();
  private readonly counters = new Map<LimitName, UseCounter>();
  private open = 0;

  constructor(figures: LimitFigures, clock: Clock) {
    this.figures = figures;
    this.clock = clock;
  }

  /** The use of each limit that was checked. */
  use(): Partial<Record<LimitName, LimitUse>> {
    return Object.fromEntries([...this.counters].map(([name, counter]) => [name, counter.figures()]));
  }

  /** Admits a call: at once, or when its turn comes. Throws the service's throttling error. */
  async admit(
    service: string,
    operation: string,
    input: any,
    { caller, sourceArn }: Pick<CallContext, "caller" | "sourceArn">,
  ): Promise<void> {
    if (isDelivery(caller, sourceArn)) await this.wait("targetInvocations", 1);
    const limit = CALLS[`${service}:${operation}`];
    // Events that services publish about themselves count towards no quota.
    const isOwn = limit === "putEvents" && caller.endsWith(".amazonaws.com");
    if (limit && !isOwn && !this.take(limit, operation)) throw throttled();
    if (operation === "StartExecution" && service === "states") this.checkOpenExecutions();
    const queue = service === "sqs" && MESSAGE_ACTION.test(operation) ? String(input.QueueUrl) : "";
    if (queue.endsWith(".fifo") && !this.take("fifoCalls", `${nameOf(queue)} ${actionOf(operation)}`)) {
      throw new ServiceError("RequestThrottled", "Request is throttled.", { status: 403 });
    }
  }

  /** An execution has started (+1) or ended (-1). */
  countExecution(change: 1 | -1): void {
    this.open += change;
    if (this.figures.openExecutions !== undefined) this.counter("openExecutions").reach("", this.open);
  }

  /** Resolves when executions may enter this number of further states. */
  async enterStates(count: number): Promise<void> {
    if (count > 0) await this.wait("stateTransitions", count);
  }

  /**
   * Whether a function may have another concurrent invocation, with which it has `running` and all functions
   * `total`: undefined, or Lambda's reason for the throttle.
   */
  refuseInvocation(name: string, running: number, total: number): string | undefined {
    const { concurrency, scaling } = this.figures;
    if (!this.take("invocations", "")) return "CallerRateLimitExceeded";
    if (concurrency !== undefined) {
      if (total > concurrency) {
        this.counter("concurrency").throttled++;
        return "ConcurrentInvocationLimitExceeded";
      }
      this.counter("concurrency").reach("", total);
    }
    if (scaling) {
      const now = this.clock.now();
      const rate = known(this.scalings, name, () => new ScalingRate(scaling, now));
      if (!rate.admit(now, running)) {
        this.counter("scaling").throttled++;
        return "FunctionInvocationRateLimitExceeded";
      }
      this.counter("scaling").reach(name, running);
    }
    return undefined;
  }

  /**
   * Consumes units of partitions. Answers false if one of them, or its table as a whole, has none left; the
   * others are consumed then.
   */
  useUnits(demands: readonly UnitDemand[]): boolean {
    return demands.every((demand) => this.useTable(demand) && this.usePartition(demand));
  }

  private useTable({ kind, table, units }: UnitDemand): boolean {
    const limit = kind === "read" ? "tableReads" : "tableWrites";
    const perSecond = this.figures[limit];
    if (perSecond === undefined) return true;
    const now = this.clock.now();
    const throughput = known(this.throughputs, `${limit} ${table}`, () => new WarmThroughput(perSecond, now));
    return this.count(limit, table, units, throughput.charge(now, units));
  }

  private usePartition({ kind, table, key, units }: UnitDemand): boolean {
    const limit = kind === "read" ? "partitionReads" : "partitionWrites";
    if (key === undefined) return true;
    const subject = `${table} ${key}`;
    const bucket = this.bucket(limit, subject);
    return !bucket || this.count(limit, subject, units, bucket.charge(this.clock.now(), units));
  }

  private take(limit: RateName, subject: string): boolean {
    const bucket = this.bucket(limit, subject);
    return !bucket || this.count(limit, subject, 1, bucket.take(this.clock.now()));
  }

  private async wait(limit: RateName, amount: number): Promise<void> {
    const pause = this.bucket(limit, "")?.reserve(this.clock.now(), amount);
    if (pause === undefined) return;
    this.counter(limit).note(this.clock.now() + pause, "", amount);
    if (pause === 0) return;
    this.counter(limit).throttled += amount;
    await new Promise<void>((resolve) => this.clock.at(this.clock.now() + pause, resolve));
  }

  private checkOpenExecutions(): void {
    const { openExecutions = Number.POSITIVE_INFINITY } = this.figures;
    if (this.open < openExecutions) return;
    this.counter("openExecutions").throttled++;
    throw new ServiceError(
      "ExecutionLimitExceeded",
      `The maximum number of running executions has been reached: ${openExecutions}.`,
    );
  }

  private count(limit: LimitName, subject: string, amount: number, passed: boolean): boolean {
    const counter = this.counter(limit);
    if (passed) counter.note(this.clock.now(), subject, amount);
    else counter.throttled++;
    return passed;
  }

  private counter(limit: LimitName): UseCounter {
    return known(this.counters, limit, () => new UseCounter());
  }

  private bucket(limit: RateName, subject: string): TokenBucket | undefined {
    const rate = this.figures[limit];
    if (!rate) return undefined;
    return known(this.buckets, `${limit} ${subject}`, () => new TokenBucket(rate, this.clock.now()));
  }
}

function known<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

const throttled = () => new ServiceError("ThrottlingException", "Rate exceeded");

/** Rules call as EventBridge itself, or as their target's role with themselves as the source. */
const isDelivery = (caller: string, sourceArn: string | undefined) =>
  caller === "events.amazonaws.com" || /^arn:aws:events:[^:]*:[^:]*:rule\//.test(sourceArn ?? "");

const nameOf = (queueUrl: string) => queueUrl.slice(queueUrl.lastIndexOf("/") + 1);

/** A batch counts as one call of the action. */
const actionOf = (operation: string) => operation.replace(/Batch$/, "");
