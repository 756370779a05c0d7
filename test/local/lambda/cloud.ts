import { dynamodbService, dynamodbStreamsService } from "../../../local/dynamodb/service.ts";
import { virtualClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { Store } from "../../../local/kernel/store.ts";
import type { InvocationContext, Outcome, Runner } from "../../../local/lambda/runner.ts";
import { type LambdaOptions, type LambdaService, lambdaService } from "../../../local/lambda/service.ts";
import { readSettings } from "../../../local/lambda/settings.ts";
import { logsService } from "../../../local/logs/service.ts";
import { sqsService } from "../../../local/sqs/service.ts";

export const START = Date.UTC(2026, 0, 1);
const ROLE = "arn:aws:iam::000000000000:role/worker";

/** What a start of an environment costs; `takes` are the milliseconds that pass until it is ready. @default 0 */
type Starts = Pick<Runner, "startTime" | "hasRoom" | "processors"> & { takes?: number };

type Handler = (event: any, context: InvocationContext) => unknown;

/** A cloud on virtual time whose functions are closures of the test, called by their function's name. */
export function cloud(options: LambdaOptions & { store?: Store; at?: number; starts?: Starts } = {}) {
  const { store = Store.open(":memory:"), at = START, starts = {}, ...rest } = options;
  const clock = virtualClock(at);
  const reports: string[] = [];
  const kernel = new Kernel({
    clock,
    store,
    random: seededRandom(7),
    endpoint: "http://127.0.0.1:4566",
    report: (line) => reports.push(line),
  });
  const handlers = new Map<string, Handler>();
  const started: string[] = [];
  const load = async () => {
    const { takes = 0 } = starts;
    if (takes > 0) await new Promise<void>((resolve) => clock.at(clock.now() + takes, resolve));
  };
  const runner = { ...fakeRunner(handlers, started, load), ...starts };
  const lambda: LambdaService = lambdaService(kernel, { runner, ...rest });
  for (const service of [
    sqsService(kernel),
    dynamodbService(kernel),
    dynamodbStreamsService(kernel),
    logsService(kernel),
  ])
    kernel.register(service);
  kernel.register(lambda);
  for (const service of kernel.all()) service.start?.();

  /** Resolves when nothing more happens unless time passes, or an invocation waits for the test. */
  const settle = async () => {
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
  };

  return {
    kernel,
    clock,
    lambda,
    handlers,
    started,
    reports,
    settle,
    /** Creates the function, or changes it. */
    define(name: string, handler: Handler, parameters: object = {}) {
      handlers.set(name, handler);
      const settings = readSettings({
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: ROLE,
        ...parameters,
      });
      lambda.functions.put(name, `/code/${name}`, settings);
    },
    call: (operation: string, input: object = {}) => kernel.call("lambda", operation, input),
    async invoke(FunctionName: string, event: unknown = {}, more: object = {}) {
      const output = await kernel.call("lambda", "Invoke", {
        FunctionName,
        Payload: JSON.stringify(event),
        ...more,
      });
      return { ...output, Payload: output.Payload ? JSON.parse(output.Payload) : output.Payload };
    },
    async queue(QueueName: string, Attributes: Record<string, string> = {}) {
      const { QueueUrl } = await kernel.call("sqs", "CreateQueue", { QueueName, Attributes });
      const send = (MessageBody: string, more: object = {}) =>
        kernel.call("sqs", "SendMessage", { QueueUrl, MessageBody, ...more });
      const counts = async () => {
        const output = await kernel.call("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] });
        const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: hidden } =
          output.Attributes;
        return { visible: Number(visible), hidden: Number(hidden) };
      };
      const receive = async () => {
        const input = {
          QueueUrl,
          MaxNumberOfMessages: 10,
          AttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        };
        return (await kernel.call("sqs", "ReceiveMessage", input)).Messages ?? [];
      };
      return { arn: kernel.arn("sqs", QueueName), url: QueueUrl as string, send, counts, receive };
    },
    /** Lets so many seconds pass, with all that happens meanwhile. */
    async pass(seconds: number) {
      const until = clock.now() + seconds * 1000;
      await settle();
      while (clock.now() < until) {
        clock.advanceTo(until);
        await settle();
      }
    },
  };
}

/** Calls the closures directly. A closure that returns `outcome(...)` decides how the invocation ends. */
function fakeRunner(handlers: Map<string, Handler>, started: string[], load: () => Promise<void>): Runner {
  return {
    start(code) {
      started.push(code.name);
      return {
        ready: load().then(() => undefined),
        async invoke(event, context): Promise<Outcome> {
          try {
            const value = await handlers.get(code.name)!(JSON.parse(event), context);
            if (value instanceof Ending) return value.outcome;
            return { kind: "answer", payload: JSON.stringify(value ?? null) };
          } catch (error) {
            const { name, message } = error as Error;
            return { kind: "failure", error: { errorType: name, errorMessage: message, trace: [] } };
          }
        },
        stop() {},
      };
    },
  };
}

class Ending {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    this.outcome = outcome;
  }
}

export const outcome = (ending: Outcome) => new Ending(ending);

/** A promise that the test resolves. */
export function gate<T = void>() {
  return Promise.withResolvers<T>();
}
