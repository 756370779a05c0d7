import { badRequest } from "../errors.ts";
import { functionArn } from "../function-arn.ts";
import { checkRequestMapping, checkResponseMapping, type Mapping } from "../mapping.ts";
import type { Settings } from "../part-settings.ts";
import { checkParameters, isSubtype, SUBTYPES, type Subtype } from "./subtypes.ts";

/** The integration of a route. */
export type Integration = FunctionIntegration | ServiceIntegration | HttpIntegration;

interface Common {
  /** Milliseconds. */
  timeout: number;
  /** Changes to the response by the status of the integration's response. */
  responses: Record<string, Mapping>;
}

export interface FunctionIntegration extends Common {
  kind: "function";
  arn: string;
  /** The role with which the function is called; API Gateway itself if there is none. */
  role: string | undefined;
  request: Mapping;
}

export interface ServiceIntegration extends Common {
  kind: "service";
  subtype: Subtype;
  role: string;
  /** The operation's parameters as selection expressions. */
  parameters: Record<string, string>;
}

export interface HttpIntegration extends Common {
  kind: "http";
  /** With `{name}` for a parameter of the path. */
  address: string;
  /** "ANY" uses the request's own. */
  method: string;
  request: Mapping;
}

const METHOD = /^(?:ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;
const LONGEST_TIMEOUT = 30_000;

/** Parses an integration's settings. Throws BadRequestException for unsupported or invalid ones. */
export function parseIntegration(settings: Settings): Integration {
  const { IntegrationType, IntegrationSubtype, IntegrationUri, PayloadFormatVersion, CredentialsArn } =
    settings;
  const { ConnectionType = "INTERNET", RequestParameters = {} } = settings;
  if (IntegrationType !== "AWS_PROXY" && IntegrationType !== "HTTP_PROXY") {
    throw badRequest(
      `The local cloud serves integrations of the types AWS_PROXY and HTTP_PROXY, not ${IntegrationType}.`,
    );
  }
  if (ConnectionType !== "INTERNET")
    throw badRequest(`The local cloud does not serve the ConnectionType ${ConnectionType}.`);
  const common = {
    timeout: readTimeout(settings.TimeoutInMillis),
    responses: readResponses(settings.ResponseParameters),
  };
  if (IntegrationType === "HTTP_PROXY") return { ...readAddress(settings), ...common };
  if (IntegrationSubtype !== undefined) {
    if (!isSubtype(IntegrationSubtype)) {
      throw badRequest(
        `The local cloud does not serve the IntegrationSubtype ${IntegrationSubtype}: it serves ${Object.keys(SUBTYPES).join(", ")}.`,
      );
    }
    if (!CredentialsArn) throw badRequest(`${IntegrationSubtype} needs a CredentialsArn.`);
    checkParameters(IntegrationSubtype, RequestParameters);
    return {
      kind: "service",
      subtype: IntegrationSubtype,
      role: CredentialsArn,
      parameters: RequestParameters,
      ...common,
    };
  }
  const arn = functionArn(IntegrationUri);
  if (!arn)
    throw badRequest(`The local cloud integrates functions; IntegrationUri ${IntegrationUri} is none.`);
  if (String(PayloadFormatVersion) !== "2.0") {
    throw badRequest(`The local cloud serves the PayloadFormatVersion 2.0, not ${PayloadFormatVersion}.`);
  }
  checkRequestMapping(RequestParameters);
  return { kind: "function", arn, role: CredentialsArn, request: RequestParameters, ...common };
}

function readAddress({
  IntegrationUri,
  IntegrationMethod,
  PayloadFormatVersion,
  RequestParameters,
}: Settings) {
  if (!/^https?:\/\/[^/]/.test(String(IntegrationUri))) {
    throw badRequest(`IntegrationUri ${IntegrationUri} is no address of the schemes http or https.`);
  }
  if (!METHOD.test(String(IntegrationMethod))) {
    throw badRequest(`IntegrationMethod ${IntegrationMethod} is no HTTP method.`);
  }
  if (String(PayloadFormatVersion ?? "1.0") !== "1.0") {
    throw badRequest(`HTTP_PROXY has the PayloadFormatVersion 1.0, not ${PayloadFormatVersion}.`);
  }
  const request: Mapping = RequestParameters ?? {};
  checkRequestMapping(request);
  return {
    kind: "http" as const,
    address: String(IntegrationUri),
    method: String(IntegrationMethod),
    request,
  };
}

function readTimeout(value: unknown): number {
  const timeout = Number(value ?? LONGEST_TIMEOUT);
  if (timeout >= 50 && timeout <= LONGEST_TIMEOUT) return timeout;
  throw badRequest(`Timeout should be between 50 ms and ${LONGEST_TIMEOUT} ms; it is ${value}.`);
}

/** By status: a mapping as in the API, or CloudFormation's list of destinations and sources. */
function readResponses(parameters: Record<string, any> = {}): Record<string, Mapping> {
  const responses = Object.entries(parameters).map(([status, given]): [string, Mapping] => {
    const list: { Destination: string; Source: string }[] | undefined = given?.ResponseParameters;
    const mapping = list
      ? Object.fromEntries(list.map(({ Destination, Source }) => [Destination, Source]))
      : given;
    checkResponseMapping(mapping);
    return [status, mapping];
  });
  return Object.fromEntries(responses);
}
