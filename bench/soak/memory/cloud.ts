import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { releaseKey } from "../../../lib/contract/keys/deployment.ts";
import type { ReleaseItem } from "../../../lib/contract/table.ts";
import { targetInput } from "../../../local/events/input.ts";
import { compilePattern, compilePatterns } from "../../../local/events/pattern/index.ts";
import { type VirtualClock, virtualClock } from "../../../local/kernel/clock.ts";
import { type Random, seededRandom } from "../../../local/kernel/random.ts";
import type { Dice } from "../dice.ts";
import type { Wiring } from "../wiring.ts";
import { type Handlers, handlersOf, variablesIn, versionIn } from "./handlers.ts";
import { type Execution, MemoryMachines } from "./machines.ts";
import { MemoryQueues, type Queue, type Received } from "./queues.ts";
import { type Invocation, invocations, type Machine, use } from "./runtime.ts";
import { MemoryTable, type Written } from "./table.ts";

const DAY = 86_400_000;

/** Each seed has a day of its own, so that what a warm function has read for an earlier one is out of date. */
function startOf(seed: string): number {
  return Date.parse("2026-01-01T00:00:00.000Z") + (hashed(seed) % 10_000) * DAY;
}

type Outcome = { kind: "answer"; value: any } | { kind: "died" };

const UNGATED = new Set(["viewers", "release"]);
const THROTTLES: Record<string, string> = {
  dynamodb: "ProvisionedThroughputExceededException",
  sqs: "RequestThrottled",
  states: "ThrottlingException",
  events: "ThrottlingException",
};
const ATTEMPTS: Record<string, number> = { dynamodb: 6 };
/** What a batch answers to a statement that was not carried out, and to one that was without saying so. */
const THROTTLED = { Error: { Code: "ThrottlingError", Message: "Rate exceeded" } };
const LOST = { Error: { Code: "InternalServerError", Message: "Lost" } };
/** Of its own each time: what waits for a promise that never settles is kept as long as that. */
const forever = () => new Promise<never>(() => {});

export interface PublishedEvent {
  "detail-type": string;
  source: string;
  detail: any;
  id: string;
  time: string;
}

/** An app whose functions run in this process, over services in memory, in the order that dice decide. */
export class MemoryCloud implements Machine {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly table: MemoryTable;
  readonly queues: MemoryQueues;
  readonly machines: MemoryMachines;
  /** What was on the bus, in order. */
  readonly archive: PublishedEvent[] = [];
  /** Faults of the memory cloud itself. */
  readonly reports: string[] = [];
  readonly errors = new Map<string, number>();
  calls = 0;
  onWrite: (written: Written) => void = () => {};
  private readonly wiring: Wiring;
  private readonly dice: Dice;
  /** Of each release, from 1 on. */
  private readonly handlers: readonly Handlers[];
  private release = 1;
  private readonly functions: Map<string, Wiring["functions"][number]>;
  private readonly rules: (Wiring["rules"][number] & { matches(event: unknown): boolean })[];
  private readonly pollers = new Map<string, { function: Wiring["functions"][number]; batch: number }>();
  private readonly relay: StreamReader;
  private readonly objects = new Map<string, string>();
  private readonly replays = new Set<string>();
  private ended = false;
  /** Whether a call took no time since the clock stopped: its caller is to continue before the clock moves. */
  private answeredAtOnce = false;

  static async open(wiring: Wiring, seed: string, dice: Dice): Promise<MemoryCloud> {
    return new MemoryCloud(wiring, seed, dice, [await handlersOf(wiring), await handlersOf(wiring, 2)]);
  }

  private constructor(wiring: Wiring, seed: string, dice: Dice, handlers: readonly Handlers[]) {
    this.wiring = wiring;
    this.dice = dice;
    this.handlers = handlers;
    this.clock = virtualClock(startOf(seed));
    this.random = seededRandom(`${seed}:services`);
    this.functions = new Map(wiring.functions.map((one) => [one.arn, one]));
    this.queues = new MemoryQueues(wiring, this.clock, this.random, {
      late: (_, body) => dice.late(body),
      isDoubled: () => dice.isDoubled(),
    });
    this.queues.onVisible = (queue) => this.poll(queue);
    this.machines = new MemoryMachines({
      wiring,
      clock: this.clock,
      random: this.random,
      send: (url, body, group) =>
        void this.queues.send(this.queues.all.get(url)!, body, this.queues.all.get(url)!.delay * 1000, group),
      announce: (execution) => this.announce(execution),
    });
    const stream = wiring.mappings.find(({ source }) => source.includes(":dynamodb:"))!;
    const prefix = wiring.functions.find(({ variables }) => variables.MILLRACE_FAILED_RECORDS)?.variables;
    this.relay = new StreamReader(
      this,
      this.functions.get(stream.function)!,
      stream,
      prefix?.MILLRACE_FAILED_RECORDS ?? "",
    );
    this.table = new MemoryTable({
      indexes: wiring.indexes,
      now: this.clock.now,
      later: (act) => {
        const lag = dice.indexLag();
        if (lag === 0) act();
        else this.clock.at(this.clock.now() + lag, act);
      },
      isStale: () => dice.isStale(),
      onWrite: (written) => {
        this.relay.add(written);
        this.onWrite(written);
      },
    });
    this.rules = wiring.rules.map((rule) => ({
      ...rule,
      matches: rule.pattern ? patternOf(rule.pattern) : () => false,
    }));
    for (const { source, function: to, batch } of wiring.mappings) {
      if (source.includes(":sqs:")) this.pollers.set(source, { function: this.functions.get(to)!, batch });
    }
    use(this);
    for (const item of wiring.items) this.table.put(item);
    this.relay.forget();
    for (const rule of this.rules) if (rule.schedule) this.schedule(rule);
  }

  close(): void {
    this.ended = true;
    use(undefined);
  }

  /** Lets everything that is due up to a time happen. */
  async runTo(time: number): Promise<void> {
    for (;;) {
      do {
        this.answeredAtOnce = false;
        await macrotask();
        // What waits for the end of the turn makes its call.
        await macrotask();
      } while (this.answeredAtOnce);
      const next = this.clock.next();
      if (next === undefined || next > time) break;
      this.clock.advanceTo(next);
    }
    this.clock.advanceTo(time);
  }

  /** A call of the SDK, with what goes wrong with it, and the tries that the SDK makes. */
  async call(
    service: string,
    operation: string,
    input: any,
    invocation: Invocation | undefined,
  ): Promise<any> {
    if (invocation === undefined || isUngated(input)) {
      this.answeredAtOnce = true;
      return this.perform(service, operation, input, invocation?.role);
    }
    this.calls++;
    for (let tries = 1; ; tries++) {
      if (!invocation.alive || this.ended) return await forever();
      const trouble = this.dice.trouble(invocation.function, service, operation, this.clock.now());
      await this.pause(invocation, this.dice.latency(trouble));
      if (trouble === "crash-before") invocation.crash();
      if (!invocation.alive || this.ended) return await forever();
      const last = tries >= (ATTEMPTS[service] ?? 3);
      if (trouble === "throttle") {
        if (last)
          throw Object.assign(new Error("Rate exceeded"), {
            name: THROTTLES[service] ?? "ThrottlingException",
          });
      } else {
        let answer: any;
        let failure: unknown;
        try {
          answer =
            operation === "BatchExecuteStatement"
              ? await this.statements(input, invocation)
              : this.perform(service, operation, input, invocation.role);
        } catch (error) {
          failure = error;
        }
        if (trouble === "crash-after") {
          invocation.crash();
          return await forever();
        }
        if (trouble !== "lost") {
          await this.pause(invocation, 1);
          if (!invocation.alive || this.ended) return await forever();
          if (failure) throw failure;
          return answer;
        }
        if (last) throw Object.assign(new Error("socket hang up"), { name: "TimeoutError" });
      }
      await this.pause(invocation, 50 + Math.floor(this.random.fraction() * 200 * tries));
    }
  }

  /** The statements of a batch, each with what goes wrong with it: others' calls come between any two of them. */
  private async statements({ Statements }: any, invocation: Invocation): Promise<object> {
    const Responses: object[] = [];
    for (const statement of Statements) {
      const operation = statement.Statement.startsWith("INSERT") ? "Put" : "Update";
      const trouble = this.dice.trouble(invocation.function, "dynamodb", operation, this.clock.now());
      await this.pause(invocation, 1 + Math.floor(this.dice.fraction("statements") * 3));
      if (trouble === "crash-before") invocation.crash();
      if (!invocation.alive || this.ended) return await forever();
      const answer = trouble === "throttle" ? THROTTLED : this.table.call("Statement", statement);
      if (trouble === "crash-after") {
        invocation.crash();
        return await forever();
      }
      Responses.push(trouble === "lost" ? LOST : answer);
    }
    return { Responses };
  }

  private pause(invocation: Invocation, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.at(this.clock.now() + milliseconds, () => invocation.alive && resolve());
    });
  }

  private perform(service: string, operation: string, input: any, role = ""): any {
    switch (service) {
      case "dynamodb":
        return this.table.call(operation, input);
      case "sqs":
        return this.queues.call(operation, input, role);
      case "states":
        return this.machines.call(operation, input);
      case "events":
        return this.events(operation, input);
      case "s3":
        return this.bucket(operation, input);
      case "lambda":
        return this.invokeVersion(input);
      default:
        throw new Error(`The cloud in memory has no ${service}:${operation}.`);
    }
  }

  private bucket(operation: string, { Key, Prefix, Body }: any): any {
    if (operation === "ListObjectsV2")
      return {
        Contents: [...this.objects.keys()]
          .filter((key) => key.startsWith(Prefix))
          .map((key) => ({ Key: key })),
      };
    if (operation === "DeleteObject") this.objects.delete(Key);
    if (operation === "PutObject") this.objects.set(Key, String(Body));
    if (operation !== "GetObject") return {};
    const found = this.objects.get(Key);
    if (found === undefined) throw Object.assign(new Error(`No ${Key}`), { name: "NoSuchKey" });
    return {
      Body: { transformToString: async () => found, transformToByteArray: async () => Buffer.from(found) },
    };
  }

  /** Keeps what a function could not handle, as Lambda puts it into a bucket. */
  keepFailed(prefix: string, Records: unknown[]): void {
    this.objects.set(
      `${prefix}${this.random.uuid()}`,
      JSON.stringify({ payload: JSON.stringify({ Records }) }),
    );
  }

  private events(operation: string, input: any): any {
    if (operation === "PutEvents") {
      const Entries = input.Entries.map((entry: any) => {
        if (input.refusable !== false && this.dice.isRefused()) return { ErrorCode: "InternalFailure" };
        const event: PublishedEvent = {
          "detail-type": entry.DetailType,
          source: entry.Source,
          detail: JSON.parse(entry.Detail),
          id: this.random.uuid(),
          time: new Date(Math.floor(this.clock.now() / 1000) * 1000).toISOString().replace(".000Z", "Z"),
        };
        this.archive.push(event);
        this.route(this.wiring.outputs.bus, event);
        return { EventId: event.id };
      });
      return { Entries, FailedEntryCount: Entries.filter((one: any) => one.ErrorCode).length };
    }
    if (operation === "StartReplay") {
      const { ReplayName, EventStartTime, EventEndTime, Destination } = input;
      if (this.replays.has(ReplayName))
        throw Object.assign(new Error("exists"), { name: "ResourceAlreadyExistsException" });
      this.replays.add(ReplayName);
      for (const event of this.archive) {
        const time = Date.parse(event.time);
        if (time < EventStartTime.getTime() || time > EventEndTime.getTime()) continue;
        this.route(
          this.wiring.outputs.bus,
          { ...event, "replay-name": ReplayName } as PublishedEvent,
          new Set(Destination.FilterArns),
        );
      }
      return {};
    }
    if (operation === "CancelReplay") return {};
    throw new Error(`The bus in memory has no ${operation}.`);
  }

  private route(bus: string, event: PublishedEvent, only?: Set<string>): void {
    const whole = { version: "0", account: "000000000000", region: "us-east-1", resources: [], ...event };
    for (const rule of this.rules) {
      if (rule.bus !== bus || (only && !only.has(rule.arn)) || !rule.matches(whole)) continue;
      for (const { arn, settings } of rule.targets) {
        const queue = this.queues.of(arn);
        if (!queue) continue;
        const body = targetInput(settings, JSON.stringify(whole), {
          ruleArn: rule.arn,
          ruleName: rule.arn.split("/").at(-1)!,
          ingestionTime: event.time,
        });
        for (let copies = this.dice.isDoubled() ? 2 : 1; copies > 0; copies--) {
          const delay = this.dice.deliveryDelay();
          this.clock.at(
            this.clock.now() + delay,
            () => void this.queues.send(queue, body, queue.delay * 1000),
          );
        }
      }
    }
  }

  /** Publishes an execution's status on the default bus, best effort. */
  private announce(execution: Execution): void {
    if (execution.status === "RUNNING" || this.dice.isUnannounced()) return;
    this.route("default", {
      "detail-type": "Step Functions Execution Status Change",
      source: "aws.states",
      id: this.random.uuid(),
      time: new Date(this.clock.now()).toISOString(),
      detail: {
        executionArn: execution.arn,
        stateMachineArn: execution.machine,
        name: execution.name,
        status: execution.status,
        input: execution.input,
        output: execution.output ?? null,
      },
    });
  }

  private schedule({ targets }: Wiring["rules"][number]): void {
    const again = () => {
      this.clock.at(this.clock.now() + this.dice.reconcileAfter(), async () => {
        for (const { arn } of targets) void this.invoke(this.functions.get(arn)!, {});
        if (!this.ended) again();
      });
    };
    again();
  }

  private poll(queue: Queue): void {
    const mapped = this.pollers.get(queue.arn);
    if (!mapped) return;
    this.clock.at(this.clock.now() + this.dice.pollDelay(), () => {
      const received = this.queues.receive(queue, Math.min(mapped.batch, this.dice.batch()));
      if (received.length > 0) void this.handle(mapped.function, received);
    });
  }

  private async handle(to: Wiring["functions"][number], received: Received[]): Promise<void> {
    const Records = received.map(({ queue, message, receipt, receives }) => ({
      messageId: message.id,
      receiptHandle: receipt,
      body: message.body,
      attributes: { ...message.attributes, ApproximateReceiveCount: String(receives) },
      messageAttributes: message.messageAttributes,
      eventSourceARN: queue.arn,
      eventSource: "aws:sqs",
    }));
    const outcome = await this.invoke(to, { Records });
    if (outcome.kind === "died") return;
    const failed = new Set((outcome.value?.batchItemFailures ?? []).map((one: any) => one.itemIdentifier));
    for (const one of received)
      if (!failed.has(one.message.id) && !this.dice.isUndeleted()) this.queues.delete(one);
  }

  /** A producer publishes an event. */
  publish(entry: { DetailType: string; Source: string; Detail: string }): void {
    this.events("PutEvents", { Entries: [entry], refusable: false });
  }

  /** Gives a command to the control function, as the API does. */
  async control(command: object): Promise<any> {
    const to = this.wiring.functions.find(({ name }) => name === this.wiring.outputs.control)!;
    const outcome = await this.invoke(to, command);
    return outcome.kind === "answer" ? outcome.value : undefined;
  }

  /** Deploys the next release: of it are the code that queues invoke from now on, and the executions that begin. */
  deploy(): void {
    if (this.release === this.handlers.length) return;
    this.release++;
    this.machines.deploy(this.release);
    for (const item of this.wiring.items.filter(({ kind }) => kind.S === "release")) {
      const { workflow, version } = unmarshall(item) as ReleaseItem;
      const next = versionIn(this.release, version);
      this.table.put({ ...item, ...marshall({ ...releaseKey(workflow, next), version: next }) });
    }
  }

  /** A version of a function takes a delivery: each release has published one. */
  private async invokeVersion({ FunctionName, Payload }: any): Promise<object> {
    const [, arn, version] = /^(.*):(\d+)$/.exec(FunctionName)!;
    const outcome = await this.invoke(this.functions.get(arn!)!, JSON.parse(Payload), Number(version));
    const answer = outcome.kind === "answer" ? outcome.value : { errorMessage: "died" };
    return {
      Payload: new TextEncoder().encode(JSON.stringify(answer)),
      ...(outcome.kind === "died" && { FunctionError: "Unhandled" }),
    };
  }

  async invoke(
    to: Wiring["functions"][number],
    event: object,
    version?: number | undefined,
  ): Promise<Outcome> {
    const release = version ?? this.release;
    const handler = this.handlers[release - 1]!.get(to.name);
    if (!handler) throw new Error(`There is no handler for ${to.description}.`);
    const died = Promise.withResolvers<Outcome>();
    const invocation: Invocation = {
      id: this.random.uuid(),
      function: to.description,
      skew: this.dice.skew(),
      alive: true,
      role: to.role,
      variables: variablesIn(release, to.variables),
      crash() {
        this.alive = false;
        died.resolve({ kind: "died" });
      },
    };
    const end = this.clock.now() + to.timeout * 1000;
    const cancel = this.clock.at(end, () => invocation.crash());
    const context = {
      awsRequestId: invocation.id,
      functionName: to.name,
      functionVersion: version === undefined ? "$LATEST" : String(version),
      invokedFunctionArn: to.arn,
      getRemainingTimeInMillis: () => Math.max(0, end - this.clock.now()),
    };
    const run = invocations.run(invocation, async () => {
      try {
        return { kind: "answer", value: await handler(event, context) } as const;
      } catch (error) {
        const line = `${to.description}: ${(error as Error).name}: ${(error as Error).message}`;
        this.errors.set(line, (this.errors.get(line) ?? 0) + 1);
        if (/^(TypeError|ReferenceError)$/.test((error as Error).name))
          this.reports.push(`${line}\n${(error as Error).stack}`);
        return { kind: "died" } as const;
      }
    });
    const outcome = await Promise.race([run, died.promise]);
    invocation.alive = false;
    cancel();
    return outcome;
  }
}

/** Reads the table's stream as Lambda does: two per-key queues, records of one partition in order, the failed again from where they failed. */
class StreamReader {
  private readonly keyQueues: { records: any[]; tries: number; busy: boolean }[] = [
    { records: [], tries: 0, busy: false },
    { records: [], tries: 0, busy: false },
  ];
  private readonly cloud: MemoryCloud;
  private readonly to: Wiring["functions"][number];
  private readonly accepts: (record: unknown) => boolean;
  private readonly prefix: string;
  private sequence = 0;

  constructor(
    cloud: MemoryCloud,
    to: Wiring["functions"][number],
    { filters }: Wiring["mappings"][number],
    prefix: string,
  ) {
    this.prefix = prefix;
    this.cloud = cloud;
    this.to = to;
    this.accepts = filtersOf(filters);
  }

  add({ before, after }: Written): void {
    const { pk, sk } = (after ?? before) as any;
    const record = {
      eventID: String(++this.sequence),
      eventName: !before ? "INSERT" : after ? "MODIFY" : "REMOVE",
      dynamodb: {
        Keys: { pk, sk },
        OldImage: before,
        NewImage: after,
        SequenceNumber: String(this.sequence),
        ApproximateCreationDateTime: Math.floor(this.cloud.clock.now() / 1000),
      },
    };
    if (!this.accepts(record)) return;
    const keyQueue = this.keyQueues[hashed(pk.S) % 2]!;
    keyQueue.records.push(record);
    this.wake(keyQueue);
  }

  forget(): void {
    for (const keyQueue of this.keyQueues) keyQueue.records.length = 0;
  }

  private wake(
    keyQueue: (typeof this.keyQueues)[number],
    after = 5 + Math.floor(this.cloud.random.fraction() * 200),
  ): void {
    if (keyQueue.busy) return;
    keyQueue.busy = true;
    this.cloud.clock.at(this.cloud.clock.now() + after, () => void this.read(keyQueue));
  }

  private async read(keyQueue: (typeof this.keyQueues)[number]): Promise<void> {
    const batch = keyQueue.records.slice(0, 1 + Math.floor(this.cloud.random.fraction() * 20));
    if (batch.length > 0) {
      const outcome = await this.cloud.invoke(this.to, { Records: batch });
      const failed =
        outcome.kind === "answer"
          ? outcome.value?.batchItemFailures?.[0]?.itemIdentifier
          : batch[0].dynamodb.SequenceNumber;
      const done =
        failed === undefined
          ? batch.length
          : batch.findIndex((one) => one.dynamodb.SequenceNumber === failed);
      keyQueue.records.splice(0, done);
      keyQueue.tries = done > 0 ? 0 : keyQueue.tries + 1;
      if (keyQueue.tries > 10) {
        this.cloud.keepFailed(this.prefix, keyQueue.records.splice(0, batch.length));
        keyQueue.tries = 0;
      }
    }
    keyQueue.busy = false;
    if (keyQueue.records.length > 0) this.wake(keyQueue, keyQueue.tries > 0 ? 1000 : 20);
  }
}

function hashed(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (hash * 31 + text.charCodeAt(at)) | 0;
  return Math.abs(hash);
}

/** Compiled once for all seeds of a process. */
const patterns = new Map<string, (event: unknown) => boolean>();
function patternOf(pattern: string): (event: unknown) => boolean {
  if (!patterns.has(pattern)) patterns.set(pattern, compilePattern(pattern));
  return patterns.get(pattern)!;
}
const filters = new Map<string, (record: unknown) => boolean>();
function filtersOf(list: string[]): (record: unknown) => boolean {
  const key = JSON.stringify(list);
  if (!filters.has(key)) filters.set(key, compilePatterns(list));
  return filters.get(key)!;
}

/** What a function reads once in its life: nothing goes wrong with it, so that a history does not depend on the ones before. */
function isUngated({ Key, RequestItems }: any): boolean {
  const keys = Key ? [Key] : Object.values<any>(RequestItems ?? {}).flatMap((one) => one.Keys ?? []);
  return keys.length > 0 && keys.every(({ pk }: any) => UNGATED.has(pk));
}

const macrotask = () => new Promise<void>((resolve) => setImmediate(resolve));

export { marshall };
