import { StartExecutionCommand as Start, type StartExecutionCommandInput } from "@aws-sdk/client-sfn";

/** The parts of the SDK for executions that functions use. */
export {
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";

/**
 * The service takes the trace from the HTTP header if there is one, and the SDK sends that of the invocation.
 * A batch starts executions of many traces, so each request sets its own in both places.
 */
export class StartExecutionCommand extends Start {
  constructor(input: StartExecutionCommandInput) {
    super(input);
    const { traceHeader } = input;
    if (traceHeader === undefined) return;
    this.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers["X-Amzn-Trace-Id"] = traceHeader;
        return next(args);
      },
      { step: "build", name: "traceOfExecution" },
    );
  }
}
