import { createHash } from "node:crypto";
import { hasCode } from "../../kernel/errors.ts";
import { asText } from "../../kernel/json-text.ts";
import { parseData, plain } from "../numbers.ts";
import { redriveStatus } from "../redrive.ts";
import type { ExecutionRow } from "../storage/executions.ts";
import type { Answer } from "./answer.ts";
import { functionFailure, parsePayload, payloadText } from "./function.ts";
import { invokeHttp } from "./http/invoke.ts";
import { dynamodbHeaders, jsonHeaders, queryHeaders, withMetadata } from "./metadata.ts";
import type { Call } from "./task-call.ts";

/** The optimized integrations, by "service:action". */
export const integrations: Record<string, (call: Call) => Promise<Answer>> = {
  "sqs:sendMessage": sendMessage,
  "sns:publish": publish,
  "lambda:invoke": invoke,
  "events:putEvents": putEvents,
  "http:invoke": invokeHttp,
  "states:startExecution": startExecution,
  "dynamodb:getItem": (call) => item(call, "GetItem"),
  "dynamodb:putItem": (call) => item(call, "PutItem"),
  "dynamodb:updateItem": (call) => item(call, "UpdateItem"),
  "dynamodb:deleteItem": (call) => item(call, "DeleteItem"),
};

async function sendMessage({ kernel, caller, parameters }: Call): Promise<Answer> {
  const input = { ...parameters, MessageBody: asText(parameters.MessageBody) };
  const output = await kernel.call("sqs", "SendMessage", plain(input), { caller });
  return { kind: "result", value: withMetadata(kernel, output, jsonHeaders(output)) };
}

async function publish({ kernel, caller, parameters }: Call): Promise<Answer> {
  const input = { ...parameters, Message: asText(parameters.Message) };
  const output = await kernel.call("sns", "Publish", plain(input), { caller });
  return { kind: "result", value: withMetadata(kernel, output, queryHeaders(output)) };
}

async function invoke({ kernel, caller, parameters }: Call): Promise<Answer> {
  const { Payload, ...rest } = parameters;
  const payload = Payload === undefined ? {} : { Payload: Buffer.from(asJson(Payload)) };
  const output = await kernel.call("lambda", "Invoke", { ...plain(rest), ...payload }, { caller });
  const text = payloadText(output.Payload);
  if (output.FunctionError) return { kind: "failed", failure: functionFailure(text) };
  const headers = {
    "X-Amz-Executed-Version": output.ExecutedVersion ?? "$LATEST",
    "x-amzn-Remapped-Content-Length": "0",
    Connection: "keep-alive",
    "Content-Length": String(Buffer.byteLength(text)),
    "X-Amzn-Trace-Id": `root=1-${kernel.random.bytes(12).toString("hex")};sampled=0`,
    "Content-Type": "application/json",
  };
  const value = {
    ExecutedVersion: output.ExecutedVersion ?? "$LATEST",
    ...(output.LogResult !== undefined && { LogResult: output.LogResult }),
    Payload: text === "" ? {} : parsePayload(text),
    StatusCode: output.StatusCode,
  };
  return { kind: "result", value: withMetadata(kernel, value, headers, output.StatusCode) };
}

/** Each event says which state machine and which execution it comes from. */
async function putEvents({ kernel, caller, parameters, execution }: Call): Promise<Answer> {
  const entries = parameters.Entries as Record<string, unknown>[] | undefined;
  const Entries = entries?.map((entry) => ({
    ...entry,
    Detail: asText(entry.Detail),
    Resources: [entry.Resources ?? [], execution.machineArn, execution.arn].flat(),
  }));
  const output = await kernel.call("events", "PutEvents", plain({ ...parameters, Entries }), { caller });
  const value = { Entries: output.Entries, FailedEntryCount: output.FailedEntryCount };
  if (output.FailedEntryCount === 0) return { kind: "result", value };
  return { kind: "failed", failure: { error: "EventBridge.FailedEntry", cause: JSON.stringify(value) } };
}

/** An execution without a name gets one of this attempt, so that a call made again after a crash starts no second. */
async function startExecution({ kernel, caller, parameters, nonce }: Call): Promise<Answer> {
  const { StateMachineArn, Name, Input, TraceHeader } = parameters;
  const derived = createHash("sha256").update(nonce).digest("hex").slice(0, 36);
  const input = {
    stateMachineArn: StateMachineArn,
    name: Name ?? derived,
    ...(Input !== undefined && { input: asText(Input) }),
    ...(TraceHeader !== undefined && { traceHeader: TraceHeader }),
  };
  let output: { executionArn: string; startDate: number };
  try {
    output = await kernel.call("states", "StartExecution", input, { caller });
  } catch (error) {
    if (Name || !hasCode(error, "ExecutionAlreadyExists")) throw error;
    output = await kernel.call(
      "states",
      "DescribeExecution",
      { executionArn: error.details.executionArn },
      { caller },
    );
  }
  const value = { ExecutionArn: output.executionArn, StartDate: Math.round(output.startDate * 1000) };
  return { kind: "result", value: withMetadata(kernel, value, jsonHeaders(value)) };
}

async function item({ kernel, caller, parameters }: Call, operation: string): Promise<Answer> {
  const output = await kernel.call("dynamodb", operation, plain(parameters), { caller });
  return { kind: "result", value: withMetadata(kernel, output, dynamodbHeaders(output)) };
}

/** A text that is JSON already goes to a function as it is. */
function asJson(value: unknown): string {
  if (typeof value === "string") {
    try {
      JSON.parse(value);
      return value;
    } catch {
      // It is encoded as JSON, like any other text.
    }
  }
  return JSON.stringify(value);
}

/** DescribeExecution of a child as `.sync` answers it; `.sync:2` has input and output as JSON instead of text. */
export function describeChild(child: ExecutionRow, parsed: boolean): Record<string, unknown> {
  const data = (text: string) => (parsed ? parseData(text) : text);
  const { redriveStatus: status, redriveStatusReason: reason } = redriveStatus(
    child,
    child.stopped ?? child.started,
  );
  return {
    ExecutionArn: child.arn,
    Input: data(child.input),
    InputDetails: { Included: true },
    Name: child.name,
    ...(child.output !== null && { Output: data(child.output), OutputDetails: { Included: true } }),
    ...(child.error !== null && { Error: child.error }),
    ...(child.cause !== null && { Cause: child.cause }),
    RedriveCount: child.redrives,
    RedriveStatus: status,
    ...(reason !== undefined && { RedriveStatusReason: reason }),
    StartDate: child.started,
    StateMachineArn: child.machine,
    Status: child.status,
    ...(child.stopped !== null && { StopDate: child.stopped }),
  };
}
