import { ServiceError } from "../../kernel/errors.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { functionEvent } from "../event.ts";
import type { Exchange } from "../exchange.ts";
import { mapRequest } from "../mapping.ts";
import {
  INTERNAL_SERVER_ERROR,
  message,
  type Response,
  readFunctionAnswer,
  SERVICE_UNAVAILABLE,
} from "../response.ts";
import { requestLookup, select } from "../selection.ts";
import { callAddress } from "./http.ts";
import type { Log } from "./log.ts";
import type { FunctionIntegration, Integration, ServiceIntegration } from "./parse.ts";
import { definition } from "./subtypes.ts";

/** Calls a route's integration. Every failure becomes a response. */
export function callIntegration(
  kernel: Kernel,
  integration: Integration,
  exchange: Exchange,
  log: Log,
): Promise<Response> {
  switch (integration.kind) {
    case "function":
      return callFunction(kernel, integration, exchange, log);
    case "service":
      return callService(kernel, integration, exchange);
    case "http":
      return callAddress(integration, exchange, log);
  }
}

async function callFunction(
  kernel: Kernel,
  { arn, role, request }: FunctionIntegration,
  exchange: Exchange,
  log: Log,
): Promise<Response> {
  const event = functionEvent(mapRequest(exchange, request));
  const invoked = await invoke(kernel, { arn, role, sourceArn: routeArn(kernel, exchange) }, event);
  if (invoked.kind === "throttled") return SERVICE_UNAVAILABLE;
  const answer = invoked.kind === "answer" ? readFunctionAnswer(invoked.payload) : undefined;
  if (answer) return answer;
  const why = invoked.kind === "failure" ? invoked.why : `it answered ${invoked.payload.slice(0, 1000)}`;
  log(`apigateway: ${exchange.routeKey} of ${exchange.apiId}: ${arn} gave no response: ${why}`);
  return INTERNAL_SERVER_ERROR;
}

type Invoked = { kind: "answer"; payload: string } | { kind: "failure"; why: string } | { kind: "throttled" };

/** A function to invoke, as `role` or as API Gateway itself on behalf of a route or an authorizer. */
export interface Invocation {
  arn: string;
  role: string | undefined;
  sourceArn: string;
}

/** The route as a function's permission names it: "arn:…:abc123/$default/GET/films/{id}". */
function routeArn(kernel: Kernel, { apiId, stage, method, routeKey }: Exchange): string {
  const [, path] = routeKey.split(" ");
  const route = path === undefined ? routeKey : `${method}${path}`;
  return kernel.arn("execute-api", `${apiId}/${stage}/${route}`);
}

/** Invokes a function and waits for its answer. */
export async function invoke(
  kernel: Kernel,
  { arn, role, sourceArn }: Invocation,
  event: object,
): Promise<Invoked> {
  const input = { FunctionName: arn, InvocationType: "RequestResponse", Payload: JSON.stringify(event) };
  try {
    const caller = role ?? "apigateway.amazonaws.com";
    const output = await kernel.call("lambda", "Invoke", input, { caller, sourceArn });
    const payload = Buffer.from(output.Payload ?? "").toString("utf8");
    return output.FunctionError
      ? { kind: "failure", why: payload }
      : { kind: "answer", payload: payload || "null" };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === "TooManyRequestsException") return { kind: "throttled" };
    return { kind: "failure", why: `${error.code}: ${error.message}` };
  }
}

async function callService(
  kernel: Kernel,
  { subtype, role, parameters }: ServiceIntegration,
  exchange: Exchange,
): Promise<Response> {
  const { required, service, operation, input, answer } = definition(subtype);
  const lookup = requestLookup(exchange);
  const values: Record<string, string> = {};
  for (const [name, expression] of Object.entries(parameters)) {
    const value = select(expression, lookup);
    if (value !== undefined) values[name] = value;
  }
  const missing = required.find((name) => values[name] === undefined);
  if (missing !== undefined)
    return message(400, `Parameter ${missing} is required: ${parameters[missing]} is nothing.`);
  try {
    const output = await kernel.call(service, operation, input(values), { caller: role });
    const { type, body } = answer(output, exchange.requestId);
    return { status: 200, headers: { "content-type": type }, body };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.fault === "server") return INTERNAL_SERVER_ERROR;
    const body = { __type: error.code, message: error.message };
    return {
      status: error.status,
      headers: { "content-type": "application/json", "x-amzn-errortype": error.code },
      body: JSON.stringify(body),
    };
  }
}
