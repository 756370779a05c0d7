import { type VirtualClock, virtualClock } from "../../../../local/kernel/clock.ts";
import { Kernel } from "../../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../../local/kernel/random.ts";
import type { Operation } from "../../../../local/kernel/service.ts";
import { Store } from "../../../../local/kernel/store.ts";
import { statesService } from "../../../../local/states/service.ts";

export const START = Date.parse("2026-01-01T00:00:00.000Z");
const ROLE = "arn:aws:iam::000000000000:role/machine";

/** Step Functions alone on a virtual clock, with stand-ins for the services that its tasks call. */
export class Cloud {
  readonly kernel: Kernel;
  readonly clock: VirtualClock;
  readonly faults: string[] = [];
  private names = 0;

  constructor(
    options: { path?: string; now?: number; services?: Record<string, Record<string, Operation>> } = {},
  ) {
    this.clock = virtualClock(options.now ?? START);
    this.kernel = new Kernel({
      clock: this.clock,
      random: seededRandom(`states ${options.now ?? 0}`),
      store: Store.open(options.path ?? ":memory:"),
      endpoint: "http://127.0.0.1",
      report: (line) => this.faults.push(line),
    });
    for (const [name, operations] of Object.entries(options.services ?? {}))
      this.kernel.register({ name, operations });
    this.kernel.register(statesService(this.kernel));
    this.kernel.service("states")!.start!();
  }

  call(operation: string, input: object = {}): Promise<any> {
    return this.kernel.call("states", operation, input);
  }

  /** Creates a state machine of these states, the first being the start, and answers its ARN. */
  async machine(states: Record<string, object>, more: Record<string, unknown> = {}): Promise<string> {
    const { type, ...fields } = more;
    const definition = JSON.stringify({ StartAt: Object.keys(states)[0], States: states, ...fields });
    const name = `machine-${++this.names}`;
    const created = await this.call("CreateStateMachine", { name, definition, roleArn: ROLE, type });
    return created.stateMachineArn;
  }

  /** Starts an execution and lets it go as far as it can without time passing. */
  async start(stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> {
    const { executionArn } = await this.call("StartExecution", {
      stateMachineArn,
      input: JSON.stringify(input),
      name,
    });
    await this.settle();
    return executionArn;
  }

  /** Runs the states to their end and answers how it was. */
  async run(
    states: Record<string, object>,
    input: unknown = {},
    more: Record<string, unknown> = {},
  ): Promise<any> {
    const arn = await this.start(await this.machine(states, more), input);
    await this.pass(3_600);
    return await this.describe(arn);
  }

  async describe(executionArn: string): Promise<any> {
    const { output, ...rest } = await this.call("DescribeExecution", { executionArn });
    return { ...rest, ...(output !== undefined && { output: JSON.parse(output) }) };
  }

  async history(executionArn: string): Promise<any[]> {
    const events: any[] = [];
    for (let nextToken: string | undefined; ; ) {
      const page = await this.call("GetExecutionHistory", { executionArn, maxResults: 1000, nextToken });
      events.push(...page.events);
      nextToken = page.nextToken;
      if (nextToken === undefined) return events;
    }
  }

  async types(executionArn: string): Promise<string[]> {
    return (await this.history(executionArn)).map(({ type }) => type);
  }

  async settle(): Promise<void> {
    do {
      await new Promise(setImmediate);
      await this.kernel.work.idle();
      await new Promise(setImmediate);
    } while (this.kernel.work.count > 0);
  }

  /** Lets so many seconds pass. */
  async pass(seconds: number): Promise<void> {
    const end = this.clock.now() + seconds * 1000;
    await this.settle();
    for (let next = this.clock.next(); next !== undefined && next <= end; next = this.clock.next()) {
      this.clock.advanceTo(next);
      await this.settle();
    }
    this.clock.advanceTo(end);
  }

  /** Lets go of the data as a process does that is killed. */
  async kill(): Promise<void> {
    await this.kernel.service("states")!.stop!();
    this.kernel.store.close();
  }
}

/** A queue: what was sent to it, in order. */
export function queue(): { service: Record<string, Operation>; bodies: any[] } {
  const bodies: any[] = [];
  const SendMessage: Operation = ({ MessageBody }) => {
    bodies.push(JSON.parse(MessageBody));
    return { MD5OfMessageBody: "0".repeat(32), MessageId: `message-${bodies.length}` };
  };
  return { service: { SendMessage }, bodies };
}

/** Functions by the end of their ARN; one that throws fails as a function does. */
export function functions(handlers: Record<string, (payload: any) => unknown>): Record<string, Operation> {
  return {
    async Invoke({ FunctionName, Payload }) {
      const handler = handlers[FunctionName.split(":").at(-1)]!;
      try {
        const result = await handler(JSON.parse(Buffer.from(Payload).toString()));
        return {
          StatusCode: 200,
          ExecutedVersion: "$LATEST",
          Payload: Buffer.from(JSON.stringify(result ?? null)),
        };
      } catch (error) {
        const { name, message } = error as Error;
        const payload = JSON.stringify({ errorType: name, errorMessage: message, trace: [] });
        return { StatusCode: 200, FunctionError: "Unhandled", Payload: Buffer.from(payload) };
      }
    },
  };
}

export function functionArn(name: string): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
}

/** A state that sends a message with its token and waits for the answer. */
export function callback(more: object = {}): object {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    QueryLanguage: "JSONata",
    Arguments: {
      QueueUrl: "https://queue",
      MessageBody: { token: "{% $states.context.Task.Token %}", input: "{% $states.input %}" },
    },
    End: true,
    ...more,
  };
}
