import { ServiceError } from "../../kernel/errors.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { queueUrl } from "../../kernel/queue-url.ts";
import type { Target } from "../functions.ts";
import type { Execution } from "../invocations.ts";
import { functionArn } from "../names.ts";

export type Condition = "Success" | "RetriesExhausted" | "EventAgeExceeded" | "ZeroReservedConcurrency";

/** How an asynchronous invocation ended. */
export interface Ending {
  target: Target;
  requestId: string;
  /** JSON text. */
  payload: string;
  /** The X-Ray header of the event. */
  trace: string | undefined;
  attempts: number;
  condition: Condition;
  /** Why the function was not run at all in the end. */
  refusal: { code: number; message: string } | undefined;
  execution: Execution | undefined;
}

/** Sends the outcome of asynchronous invocations to their destinations, as the function's role. */
export class Destinations {
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** Sends the record of the invocation to a queue, topic, function, event bus or bucket. */
  async send(arn: string, ending: Ending): Promise<void> {
    const { version } = ending.target;
    const record = this.record(ending);
    const document = JSON.stringify(record);
    const call = (service: string, operation: string, input: object) =>
      this.kernel.call(service, operation, input, { caller: version.settings.Role });
    const [, , service, , , ...resource] = arn.split(":");
    switch (service) {
      case "sqs":
        return call("sqs", "SendMessage", {
          QueueUrl: queueUrl(this.kernel, arn),
          MessageBody: document,
          ...(ending.trace && {
            MessageSystemAttributes: {
              AWSTraceHeader: { DataType: "String", StringValue: ending.trace },
            },
          }),
        });
      case "sns":
        return call("sns", "Publish", { TopicArn: arn, Message: document });
      case "lambda":
        return call("lambda", "Invoke", { FunctionName: arn, InvocationType: "Event", Payload: document });
      case "s3":
        return call("s3", "PutObject", {
          Bucket: resource.join(":"),
          Key: this.objectKey(ending),
          Body: Buffer.from(document),
        });
      default: {
        const entry = {
          EventBusName: arn,
          Source: "lambda",
          DetailType: `Lambda Function Invocation Result - ${ending.condition === "Success" ? "Success" : "Failure"}`,
          Resources: [arn, record.requestContext.functionArn],
          Detail: document,
        };
        const { Entries = [] } = await call("events", "PutEvents", { Entries: [entry] });
        const refused = Entries.find((one: any) => one.ErrorCode !== undefined);
        if (refused) throw new ServiceError(refused.ErrorCode, refused.ErrorMessage);
      }
    }
  }

  /** Sends the event itself to the function's dead-letter queue or topic, with the reason in attributes. */
  async deadLetter(arn: string, { target, requestId, payload, refusal, execution }: Ending): Promise<void> {
    const message = execution ? JSON.parse(execution.payload).errorMessage : refusal?.message;
    const text = (value: string) => ({ DataType: "String", StringValue: value });
    const attributes = {
      RequestID: text(requestId),
      ErrorCode: { DataType: "Number", StringValue: String(refusal?.code ?? 200) },
      ...(message && { ErrorMessage: text(String(message).slice(0, 1024)) }),
    };
    const [, , service] = arn.split(":");
    const [operation, event] =
      service === "sns"
        ? ["Publish", { TopicArn: arn, Message: payload }]
        : ["SendMessage", { QueueUrl: queueUrl(this.kernel, arn), MessageBody: payload }];
    await this.kernel.call(
      service!,
      operation,
      { ...event, MessageAttributes: attributes },
      { caller: target.version.settings.Role },
    );
  }

  private record({ target, requestId, payload, attempts, condition, execution }: Ending) {
    const { version, qualifier } = target;
    return {
      version: "1.0",
      timestamp: new Date(this.kernel.clock.now()).toISOString(),
      requestContext: {
        requestId,
        functionArn: functionArn(this.kernel, version.name, qualifier ?? version.version),
        condition,
        approximateInvokeCount: attempts,
      },
      requestPayload: JSON.parse(payload),
      ...(execution && {
        responseContext: {
          statusCode: 200,
          executedVersion: execution.executedVersion,
          ...(execution.failed && { functionError: "Unhandled" }),
        },
        responsePayload: JSON.parse(execution.payload),
      }),
    };
  }

  private objectKey({ target: { version }, requestId }: Ending): string {
    const time = new Date(this.kernel.clock.now()).toISOString();
    const day = time.slice(0, 10).replaceAll("-", "/");
    return `aws/lambda/async/${version.name}/${day}/${time.slice(0, 19).replaceAll(":", ".")}-${requestId}`;
  }
}
