import { ServiceError } from "../../kernel/errors.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { TaskPhase } from "../frame.ts";
import type { Execution } from "../run.ts";
import type { ExecutionRow } from "../storage/executions.ts";
import type { Answer } from "./answer.ts";
import { callSdk } from "./aws-sdk.ts";
import { invokeFunction } from "./function.ts";
import type { HttpTrace } from "./http/trace.ts";
import { describeChild, integrations } from "./integrations.ts";
import { parseResource, type ServiceResource } from "./resource.ts";
import { sdkFailure, serviceFailure } from "./service-failure.ts";

interface TaskCall {
  execution: Execution;
  phase: TaskPhase;
  /** In TestState, at the level TRACE. */
  trace?: HttpTrace | undefined;
}

/** Makes the call of a task as its role. Never rejects: what a service refuses is the task's failure. */
export async function callTask(
  kernel: Kernel,
  { resource, ...call }: TaskCall & { resource: string },
): Promise<Answer> {
  const { execution, phase } = call;
  const parsed = parseResource(resource);
  const caller = phase.role ?? execution.roleArn;
  if (parsed.kind === "activity") throw new Error(`${resource} is not called but taken.`);
  try {
    if (parsed.kind === "function") return await invokeFunction(kernel, parsed.arn, phase.parameters, caller);
    return await callService(kernel, parsed, call);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const service = parsed.kind === "function" ? "lambda" : parsed.type;
    const requestId = kernel.random.uuid();
    const failure = service.startsWith("aws-sdk:")
      ? sdkFailure(service.slice("aws-sdk:".length), error, requestId)
      : serviceFailure(service, error, requestId);
    return { kind: "failed", failure };
  }
}

async function callService(
  kernel: Kernel,
  resource: ServiceResource,
  { execution, phase, trace }: TaskCall,
): Promise<Answer> {
  const caller = phase.role ?? execution.roleArn;
  const parameters = withoutNulls((phase.parameters ?? {}) as Record<string, unknown>);
  const call = { kernel, caller, parameters, nonce: phase.nonce, execution, trace };
  if (resource.type.startsWith("aws-sdk:")) {
    const output = await callSdk(call, resource.type.slice("aws-sdk:".length), resource.operation);
    return resource.pattern === "waitForTaskToken"
      ? { kind: "submitted", output }
      : { kind: "result", value: output };
  }
  const integration = integrations[`${resource.type}:${resource.operation}`];
  if (!integration) {
    throw new ServiceError(
      "UnknownOperationException",
      `The local cloud does not serve the integration ${resource.type}:${resource.operation}.`,
    );
  }
  const answer = await integration(call);
  if (resource.pattern === "request" || answer.kind !== "result") return answer;
  const output = answer.value;
  if (resource.pattern === "waitForTaskToken") return { kind: "submitted", output };
  return { kind: "submitted", output, child: (output as { ExecutionArn: string }).ExecutionArn };
}

/** Members that are null are not sent. */
function withoutNulls(parameters: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null));
}

/** What a task that waits for an execution answers when that execution has ended. */
export function endOfChild(resource: string, child: ExecutionRow): Answer {
  const { action } = parseResource(resource) as ServiceResource;
  const described = describeChild(child, action.endsWith(".sync:2"));
  if (child.status === "SUCCEEDED") return { kind: "result", value: described };
  return { kind: "failed", failure: { error: "States.TaskFailed", cause: JSON.stringify(described) } };
}
