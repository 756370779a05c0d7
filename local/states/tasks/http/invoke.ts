import { STATUS_CODES } from "node:http";
import { ServiceError } from "../../../kernel/errors.ts";
import {
  isOnThisMachine,
  OutboundError,
  type OutboundResponse,
  refusedAddress,
} from "../../../kernel/outbound.ts";
import type { Failure } from "../../failure.ts";
import { DATA_LIMIT } from "../../json.ts";
import { parseData } from "../../numbers.ts";
import type { Answer } from "../answer.ts";
import type { Call } from "../task-call.ts";
import type { HttpTaskParameters } from "./parameters.ts";
import { type Additions, MergeError, requestOf } from "./request.ts";
import { shownRequest, shownResponse, withoutSecrets } from "./trace.ts";

const PATIENCE = 60_000;
const RENEW_TOKEN = new Set([401, 407]);
const UNSUPPORTED = /^(?:application\/octet-stream|(?:image|video|audio)\/)/;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/;

/** The integration http:invoke. Its errors are those that were recorded from the service, where they are known. */
export async function invokeHttp(call: Call): Promise<Answer> {
  const { kernel } = call;
  const task = call.parameters as unknown as HttpTaskParameters;
  const refused = refusal(call, task);
  if (refused) return failed(refused);
  try {
    let response = await send(call, task, await credentials(call, task));
    if (RENEW_TOKEN.has(response.status)) {
      const renewed = await credentials(call, task, { Renew: true });
      if (renewed.isOAuth) response = await send(call, task, renewed);
    }
    return answerOf(response);
  } catch (error) {
    if (error instanceof ConnectionError) return failed({ error: error.name, cause: error.message });
    if (error instanceof MergeError) return failed(runtimeError(error.message));
    if (!(error instanceof OutboundError)) throw error;
    if (error.reason === "too large")
      return failed({ error: "States.DataLimitExceeded", cause: `${error.message}.` });
    kernel.report(`states: an HTTP task of ${call.execution.arn} failed: ${error.message}`);
    return failed({ error: "States.Http.Socket", cause: `${error.message}.` });
  }
}

/** Why the endpoint is not called: the role does not allow it, or the state machine does not name its host. */
function refusal({ kernel, caller, execution }: Call, { ApiEndpoint, Method }: HttpTaskParameters) {
  const stateMachineArn = execution.machineArn;
  const input = { stateMachineArn, endpoint: ApiEndpoint, method: Method };
  try {
    kernel.authorizer?.({ caller, requestId: kernel.random.uuid() }, "states", "InvokeHTTPEndpoint", input);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return {
      error: "States.Http.AccessDenied",
      cause: `AWS Step Functions is not authorized to perform states:InvokeHTTPEndpoint on API Endpoint ${ApiEndpoint}. Ensure that the StateMachine role contains the states:InvokeHTTPEndpoint permission for the given API Endpoint`,
    };
  }
  const unreachable = refusedAddress(ApiEndpoint);
  if (unreachable) return runtimeError(`${unreachable}.`);
  if (isOnThisMachine(ApiEndpoint) || names(execution.machine, new URL(ApiEndpoint).host)) return undefined;
  return runtimeError(
    `The local cloud does not call ${ApiEndpoint}: the definition of the state machine does not name its host. Write the host into ApiEndpoint ("https://${new URL(ApiEndpoint).host}"), or use an address of this machine.`,
  );
}

/** Data decides nothing about which hosts are called from this machine: the definition has to name them. */
function names(machine: unknown, host: string): boolean {
  const [, ...after] = JSON.stringify(machine).toLowerCase().split(`//${host}`);
  return after.some((rest) => !/^[\w.:@-]/.test(rest));
}

interface Credentials extends Additions {
  isOAuth: boolean;
}

/** The connection cannot be used, with the error as state machines see it. */
class ConnectionError extends Error {
  constructor(reason: string, message: string) {
    super(message);
    this.name = `Events.ConnectionResource.${reason}`;
  }
}

async function credentials(
  { kernel, caller }: Call,
  { InvocationConfig, Authentication }: HttpTaskParameters,
  options: { Renew?: boolean } = {},
): Promise<Credentials> {
  const { ConnectionArn } = (InvocationConfig ?? Authentication)!;
  try {
    const input = { ConnectionArn, ...options };
    const found = await kernel.call("events", "RetrieveConnectionCredentials", input, { caller });
    return { headers: found.headers, query: found.query, body: found.body, isOAuth: found.isOAuth };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code, message } = error;
    if (code === "ResourceNotFoundException") throw new ConnectionError("ResourceNotFound", message);
    if (code !== "AccessDeniedException") throw new ConnectionError("InvalidConnectionState", message);
    throw new ConnectionError(
      "AccessDenied",
      message.includes("secretsmanager:")
        ? "No permissions to call DescribeSecret and/or GetSecretValue on the secret associated with the connection resource."
        : "No permissions to call RetrieveConnectionCredentials on the connection resource.",
    );
  }
}

async function send(
  { kernel, trace }: Call,
  task: HttpTaskParameters,
  additions: Additions,
): Promise<OutboundResponse> {
  const request = requestOf(task, additions, kernel.region);
  if (trace) {
    const shown = trace.secrets ? request : withoutSecrets(request, task, additions, kernel.region);
    trace.note("request", shownRequest(shown));
  }
  const response = await kernel.outbound({ ...request, patience: PATIENCE, most: DATA_LIMIT });
  trace?.note("response", shownResponse(request, response));
  return response;
}

/** The task's result, or its error. An error has the status, and nothing of the body. */
function answerOf({ status, headers, body }: OutboundResponse): Answer {
  // The service does not know the text of this one.
  const StatusText = status === 418 ? undefined : STATUS_CODES[status];
  if (status < 200 || status > 299) {
    const cause = StatusText === undefined ? {} : { cause: StatusText };
    return failed({ error: `States.Http.StatusCode.${status}`, ...cause });
  }
  const Headers: Record<string, string[]> = {};
  for (const [name, value] of headers) Headers[name] = [...(Headers[name] ?? []), value];
  const [, type = ""] = headers.find(([name]) => name.toLowerCase() === "content-type") ?? [];
  const mediaType = type.split(";")[0]!.trim().toLowerCase();
  if (UNSUPPORTED.test(mediaType)) {
    return failed(
      runtimeError(
        `Unsupported response content-type '${mediaType}'. Please see documentation for list of unsupported content-types.`,
      ),
    );
  }
  let text: string;
  try {
    text = UTF8.decode(body);
  } catch {
    return failed(runtimeError("The response body is not a text."));
  }
  const ResponseBody = text === "" ? {} : { ResponseBody: JSON_TYPE.test(mediaType) ? parsed(text) : text };
  return { kind: "result", value: { Headers, ...ResponseBody, StatusCode: status, StatusText } };
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

function parsed(text: string): unknown {
  try {
    return parseData(text);
  } catch {
    return text;
  }
}

const runtimeError = (cause: string): Failure => ({ error: "States.Runtime", cause, terminal: true });

const failed = (failure: Failure): Answer => ({ kind: "failed", failure });
