import type { VirtualClock } from "../../../local/kernel/clock.ts";
import type { Random } from "../../../local/kernel/random.ts";
import type { Wiring } from "../wiring.ts";
import { versionIn } from "./handlers.ts";
import { fill } from "./jsonata.ts";

type Status = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

export interface Execution {
  arn: string;
  machine: string;
  name: string;
  input: string;
  status: Status;
  output?: string;
  error?: string | undefined;
  cause?: string | undefined;
  startedAt: number;
  /** The release of the definition that it runs. */
  release: number;
  history: any[];
  redrives: number;
  /** What states have done, by their place and visit: a redrive does not do it again. */
  journal: Map<string, Left>;
  scope: Scope;
}

/** How a state was left. */
interface Left {
  output: unknown;
  assigned: Record<string, unknown>;
  next: string | undefined;
}

/** What runs inside of it ends with it. */
class Scope {
  private ended = false;
  private readonly outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.outer = outer;
  }

  get over(): boolean {
    return this.ended || (this.outer?.over ?? false);
  }

  end(): void {
    this.ended = true;
  }
}

class Failed extends Error {
  readonly error: string;
  override readonly cause: string;

  constructor(error: string, cause: string) {
    super(`${error}: ${cause}`);
    this.error = error;
    this.cause = cause;
  }
}

export interface MachinesOptions {
  wiring: Wiring;
  clock: VirtualClock;
  random: Random;
  /** Sends to a queue as a state does; may throw by the name of the service's error. */
  send(queueUrl: string, body: string, group: string | undefined): void;
  /** Publishes an execution's status. */
  announce(execution: Execution): void;
}

const ENDED_TOKEN = { name: "TaskTimedOut" };
/** Of its own each time: what waits for a promise that never settles is kept as long as that. */
const forever = () => new Promise<never>(() => {});

/** The interpreter of compiled state machines: the states, fields and errors that Millrace's compiler writes. */
export class MemoryMachines {
  readonly executions = new Map<string, Execution>();
  private readonly definitions = new Map<string, any>();
  private readonly tokens = new Map<string, { scope: Scope; answer: (given: Answer) => void }>();
  private readonly options: MachinesOptions;
  private count = 0;
  private release = 1;

  constructor(options: MachinesOptions) {
    this.options = options;
    for (const { arn, definition } of options.wiring.machines)
      this.definitions.set(`1 ${arn}`, parsed(definition));
  }

  /** Executions that begin from now on run the definitions of another release. */
  deploy(release: number): void {
    this.release = release;
    const versions = new Set(
      this.options.wiring.functions.flatMap(({ variables }) => variables.MILLRACE_VERSION ?? []),
    );
    for (const { arn, definition } of this.options.wiring.machines) {
      let text = definition;
      for (const version of versions)
        text = text.replaceAll(`"${version}"`, `"${versionIn(release, version)}"`);
      this.definitions.set(`${release} ${arn}`, parsed(text));
    }
  }

  call(operation: string, input: any): any {
    switch (operation) {
      case "StartExecution":
        return this.start(input);
      case "StopExecution": {
        const execution = this.existing(input.executionArn);
        if (execution.status === "RUNNING")
          this.end(execution, "ABORTED", { error: input.error, cause: input.cause });
        return {};
      }
      case "DescribeExecution": {
        const { status, input: given, output, error, cause, arn, name } = this.existing(input.executionArn);
        return { executionArn: arn, name, status, input: given, output, error, cause };
      }
      case "SendTaskSuccess":
        return this.answer(input.taskToken, { output: JSON.parse(input.output) });
      case "SendTaskFailure":
        return this.answer(input.taskToken, { error: input.error ?? "", cause: input.cause ?? "" });
      case "GetExecutionHistory":
        return { events: [...this.existing(input.executionArn).history].reverse() };
      case "RedriveExecution": {
        const execution = this.existing(input.executionArn);
        if (execution.status === "RUNNING" || execution.status === "SUCCEEDED")
          throw Object.assign(new Error("Not redrivable"), { name: "ExecutionNotRedrivable" });
        execution.redrives++;
        this.run(execution);
        return {};
      }
      default:
        throw new Error(`The machines in memory have no ${operation}.`);
    }
  }

  private existing(arn: string): Execution {
    const execution = this.executions.get(arn);
    if (!execution) throw Object.assign(new Error(`No execution ${arn}`), { name: "ExecutionDoesNotExist" });
    return execution;
  }

  private start({
    stateMachineArn,
    name,
    input,
  }: {
    stateMachineArn: string;
    name: string;
    input: string;
  }): any {
    if (!this.definitions.has(`1 ${stateMachineArn}`))
      throw Object.assign(new Error(`No machine ${stateMachineArn}`), { name: "StateMachineDoesNotExist" });
    const arn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
    const existing = this.executions.get(arn);
    if (existing) {
      if (existing.status === "RUNNING" && existing.input === input) return { executionArn: arn };
      throw Object.assign(new Error("Execution already exists"), { name: "ExecutionAlreadyExists" });
    }
    const execution: Execution = {
      arn,
      machine: stateMachineArn,
      name,
      input,
      status: "RUNNING" as const,
      startedAt: this.options.clock.now(),
      release: this.release,
      history: [],
      redrives: 0,
      journal: new Map(),
      scope: new Scope(),
    };
    this.executions.set(arn, execution);
    this.run(execution);
    return { executionArn: arn };
  }

  private run(execution: Execution): void {
    const definition = this.definitions.get(`${execution.release} ${execution.machine}`);
    const scope = new Scope();
    Object.assign(execution, {
      scope,
      status: "RUNNING",
      output: undefined,
      error: undefined,
      cause: undefined,
    });
    if (definition.TimeoutSeconds) {
      this.at(scope, definition.TimeoutSeconds * 1000, () => this.end(execution, "TIMED_OUT", {}));
    }
    this.machine({ execution, scope, place: "" }, definition, JSON.parse(execution.input), {}).then(
      (output) => this.end(execution, "SUCCEEDED", { output: JSON.stringify(output) }),
      (error: unknown) => {
        if (!(error instanceof Failed))
          return this.end(execution, "FAILED", {
            error: "Soak.Interpreter",
            cause: String((error as Error).stack),
          });
        this.end(execution, "FAILED", { error: error.error, cause: error.cause });
      },
    );
  }

  private end(execution: Execution, status: Status, how: Partial<Execution>): void {
    if (execution.scope.over) return;
    execution.scope.end();
    Object.assign(execution, how, { status });
    this.options.announce(execution);
  }

  private answer(token: string, given: Answer): object {
    const waiting = this.tokens.get(token);
    if (!waiting || waiting.scope.over) {
      this.tokens.delete(token);
      throw Object.assign(new Error("Task Timed Out"), ENDED_TOKEN);
    }
    this.tokens.delete(token);
    waiting.answer(given);
    return {};
  }

  private at(scope: Scope, milliseconds: number, act: () => void): void {
    const { clock } = this.options;
    clock.at(clock.now() + milliseconds, () => scope.over || act());
  }

  private pause(scope: Scope, milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.at(scope, milliseconds, resolve));
  }

  /** Runs the states of a machine or a branch to their end. */
  private async machine(
    where: Where,
    { StartAt, States }: any,
    input: unknown,
    outer: Record<string, unknown>,
  ): Promise<unknown> {
    const { execution, scope } = where;
    const variables = { ...outer };
    let name: string | undefined = StartAt;
    let given = input;
    for (let visit = 0; ; visit++) {
      const place = `${where.place}/${visit}:${name}`;
      const left: Left =
        execution.journal.get(place) ??
        (await this.state({ ...where, place }, name!, States[name!], given, variables));
      if (scope.over) return await forever();
      execution.journal.set(place, left);
      Object.assign(variables, left.assigned);
      if (left.next === undefined) return left.output;
      name = left.next;
      given = left.output;
    }
  }

  private async state(
    where: Where,
    name: string,
    state: any,
    input: unknown,
    variables: Record<string, unknown>,
  ): Promise<Left> {
    const entered = new Date(this.options.clock.now()).toISOString();
    const tries = new Map<number, number>();
    for (let retries = 0; ; retries++) {
      const seen: Seen = { where, name, input, variables, entered, retries, token: undefined };
      try {
        return await this.attempt(seen, state);
      } catch (error) {
        if (where.scope.over) return await forever();
        if (!(error instanceof Failed)) throw error;
        const at = (state.Retry ?? []).findIndex((one: any) => isFor(one.ErrorEquals, error.error));
        const retrier = state.Retry?.[at];
        const done = tries.get(at) ?? 0;
        if (retrier && done < (retrier.MaxAttempts ?? 3)) {
          tries.set(at, done + 1);
          const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity } = retrier;
          const longest = Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** done) * 1000;
          await this.pause(
            where.scope,
            Math.ceil(longest * (retrier.JitterStrategy ? this.options.random.fraction() : 1)),
          );
          continue;
        }
        const catcher = (state.Catch ?? []).find((one: any) => isFor(one.ErrorEquals, error.error));
        if (!catcher) throw error;
        const errorOutput = { Error: error.error, Cause: error.cause };
        return await this.leave(seen, catcher, errorOutput, { errorOutput });
      }
    }
  }

  private async attempt(seen: Seen, state: any): Promise<Left> {
    switch (state.Type) {
      case "Task": {
        const result = await this.task(seen, state);
        return await this.leave(seen, state, result, { result });
      }
      case "Pass":
      case "Succeed":
        return await this.leave(seen, state, seen.input, {});
      case "Fail":
        throw new Failed(
          String(await this.fill(state.Error ?? "", seen)),
          String(await this.fill(state.Cause ?? "", seen)),
        );
      case "Choice": {
        for (const choice of state.Choices)
          if ((await this.fill(choice.Condition, seen)) === true)
            return await this.leave(seen, { ...choice }, seen.input, {});
        return await this.leave(seen, { ...state, Next: state.Default }, seen.input, {});
      }
      case "Wait": {
        const { clock } = this.options;
        const seconds =
          state.Seconds !== undefined ? Number(await this.fill(state.Seconds, seen)) : undefined;
        const until =
          seconds === undefined
            ? Date.parse(String(await this.fill(state.Timestamp, seen)))
            : clock.now() + seconds * 1000;
        await this.pause(seen.where.scope, Math.max(0, until - clock.now()));
        return await this.leave(seen, state, seen.input, {});
      }
      case "Parallel": {
        const result = await this.together(
          seen,
          state.Branches.map(
            (branch: any, at: number) => (scope: Scope) =>
              this.machine(
                { ...seen.where, scope, place: `${seen.where.place}[${at}]` },
                branch,
                seen.input,
                seen.variables,
              ),
          ),
          Infinity,
        );
        return await this.leave(seen, state, result, { result });
      }
      case "Map": {
        const items = (
          state.Items === undefined ? seen.input : await this.fill(state.Items, seen)
        ) as unknown[];
        const most = Number(
          (state.MaxConcurrency && (await this.fill(state.MaxConcurrency, seen))) || Infinity,
        );
        const result = await this.together(
          seen,
          items.map((Value, Index) => async (scope: Scope) => {
            const place = `${seen.where.place}[${Index}]`;
            const inner = { ...seen, where: { ...seen.where, scope, place, item: { Index, Value } } };
            const input =
              state.ItemSelector === undefined ? Value : await this.fill(state.ItemSelector, inner);
            return await this.machine(inner.where, state.ItemProcessor, input, seen.variables);
          }),
          most,
        );
        return await this.leave(seen, state, result, { result });
      }
      default:
        throw new Error(`The machines in memory have no state of type ${state.Type}.`);
    }
  }

  /** Runs branches side by side; the first that fails ends the others. */
  private async together(
    seen: Seen,
    branches: ((scope: Scope) => Promise<unknown>)[],
    most: number,
  ): Promise<unknown[]> {
    const scope = new Scope(seen.where.scope);
    const results: unknown[] = [];
    let next = 0;
    const worker = async () => {
      while (next < branches.length) {
        const at = next++;
        results[at] = await branches[at]!(scope);
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(most, branches.length) }, worker));
      return results;
    } catch (error) {
      scope.end();
      throw error;
    }
  }

  private async task(seen: Seen, state: any): Promise<unknown> {
    const { clock, random } = this.options;
    const { where } = seen;
    const waits = state.Resource.endsWith(".waitForTaskToken");
    if (!state.Resource.startsWith("arn:aws:states:::sqs:sendMessage"))
      throw new Error(`The machines in memory have no ${state.Resource}.`);
    const token = waits ? `token-${++this.count}-${where.execution.name}` : undefined;
    const sees = { ...seen, token };
    const parameters = (await this.fill(state.Arguments, sees)) as any;
    const entered = this.note(where, "TaskStateEntered", { stateEnteredEventDetails: { name: seen.name } });
    const resource = waits ? "sendMessage.waitForTaskToken" : "sendMessage";
    const details = { resourceType: "sqs", resource, parameters: JSON.stringify(parameters) };
    const scheduled = this.note(where, "TaskScheduled", { taskScheduledEventDetails: details }, entered);
    await this.pause(where.scope, 1 + Math.floor(random.fraction() * 30));
    const answered = new Promise<Answer>((resolve) => {
      if (token) this.tokens.set(token, { scope: where.scope, answer: resolve });
    });
    try {
      const { QueueUrl, MessageBody, MessageGroupId } = parameters;
      this.options.send(
        QueueUrl,
        typeof MessageBody === "string" ? MessageBody : JSON.stringify(MessageBody),
        MessageGroupId,
      );
    } catch (error) {
      throw new Failed("SQS.SdkClientException", String(error));
    }
    if (!token) {
      this.note(where, "TaskSucceeded", {}, scheduled);
      return { MessageId: "sent" };
    }
    const submitted = this.note(where, "TaskSubmitted", {}, scheduled);
    const timeout =
      state.TimeoutSeconds === undefined ? undefined : Number(await this.fill(state.TimeoutSeconds, sees));
    const late =
      timeout === undefined
        ? forever()
        : new Promise<Answer>((resolve) => {
            clock.at(clock.now() + timeout * 1000, () => resolve({ error: "States.Timeout", cause: "" }));
          });
    const answer = await Promise.race([answered, late]);
    this.tokens.delete(token);
    if (where.scope.over) return await forever();
    if ("output" in answer) {
      this.note(where, "TaskSucceeded", {}, submitted);
      return answer.output;
    }
    this.note(where, answer.error === "States.Timeout" ? "TaskTimedOut" : "TaskFailed", {}, submitted);
    throw new Failed(answer.error, answer.cause);
  }

  private note({ execution }: Where, type: string, details: object, previousEventId = 0): number {
    const id = execution.history.length + 1;
    const timestamp = new Date(this.options.clock.now());
    execution.history.push({ id, previousEventId, type, timestamp, ...details });
    return id;
  }

  private async leave(
    seen: Seen,
    { Assign, Output, Next }: any,
    result: unknown,
    reserved: object,
  ): Promise<Left> {
    const assigned = Assign ? ((await this.fill(Assign, seen, reserved)) as Record<string, unknown>) : {};
    const output = Output === undefined ? result : await this.fill(Output, seen, reserved);
    return { output, assigned, next: Next };
  }

  private async fill(template: unknown, seen: Seen, reserved: object = {}): Promise<unknown> {
    const { where, name, input, variables, entered, retries, token } = seen;
    const { execution } = where;
    const context = {
      Execution: {
        Id: execution.arn,
        Name: execution.name,
        Input: JSON.parse(execution.input),
        RedriveCount: execution.redrives,
      },
      State: { EnteredTime: entered, Name: name, RetryCount: retries },
      StateMachine: { Id: execution.machine },
      ...(token && { Task: { Token: token } }),
      ...(where.item && { Map: { Item: where.item } }),
    };
    try {
      return await fill(
        template,
        { ...variables, states: { input, context, ...reserved } },
        { now: this.options.clock.now, random: this.options.random },
      );
    } catch (error) {
      throw new Failed((error as any).error ?? "States.QueryEvaluationError", (error as Error).message);
    }
  }
}

type Answer = { output: unknown } | { error: string; cause: string };

interface Where {
  execution: Execution;
  scope: Scope;
  place: string;
  item?: { Index: number; Value: unknown };
}

interface Seen {
  where: Where;
  name: string;
  input: unknown;
  variables: Record<string, unknown>;
  entered: string;
  retries: number;
  token: string | undefined;
}

/** Definitions are the same for all seeds of a process. */
const definitions = new Map<string, any>();

function parsed(definition: string): any {
  if (!definitions.has(definition)) definitions.set(definition, JSON.parse(definition));
  return definitions.get(definition);
}

function isFor(names: string[], error: string): boolean {
  if (names.includes(error) || names.includes("States.ALL")) return true;
  return names.includes("States.TaskFailed") && error !== "States.Timeout";
}
