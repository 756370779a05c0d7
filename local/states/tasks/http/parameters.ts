import { isObject } from "../../../kernel/is-object.ts";

/** The parameters of an HTTP task, which `parameterProblems` has checked. */
export interface HttpTaskParameters {
  ApiEndpoint: string;
  Method: string;
  Authentication?: { ConnectionArn: string };
  InvocationConfig?: { ConnectionArn: string };
  Headers?: Record<string, unknown>;
  QueryParameters?: Record<string, unknown>;
  RequestBody?: unknown;
  Transform?: {
    RequestBodyEncoding?: "NONE" | "URL_ENCODED";
    RequestEncodingOptions?: { ArrayFormat?: ArrayFormat };
  };
}

export type ArrayFormat = "INDICES" | "REPEAT" | "COMMAS" | "BRACKETS";

const FIELDS = new Set([
  "ApiEndpoint",
  "Method",
  "Authentication",
  "InvocationConfig",
  "Headers",
  "QueryParameters",
  "RequestBody",
  "Transform",
]);
const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"];
const ENCODINGS = ["NONE", "URL_ENCODED"];
const FORMATS = ["INDICES", "REPEAT", "COMMAS", "BRACKETS"];

/** Headers that a definition may not set. https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html */
const FORBIDDEN = new Set(
  `A-IM Accept-Charset Accept-Datetime Accept-Encoding Authorization Cache-Control Connection Content-Encoding
   Content-MD5 Date Expect Forwarded From Host HTTP2-Settings If-Match If-Modified-Since If-None-Match If-Range
   If-Unmodified-Since Max-Forwards Origin Pragma Proxy-Authorization Referer Server TE Trailer Transfer-Encoding
   Upgrade Via Warning`
    .toLowerCase()
    .split(/\s+/),
);
const FORBIDDEN_PREFIX = /^x-(?:forwarded|amz|amzn)-/;

/** Why a task cannot be started with these parameters, in the service's words where they are known. */
export function parameterProblems(parameters: unknown): string[] {
  if (!isObject(parameters)) return ["The parameters must be an object"];
  const { ApiEndpoint, Method, Authentication, InvocationConfig, Headers, QueryParameters, Transform } =
    parameters as Record<string, any>;
  const problems = Object.keys(parameters)
    .filter((field) => !FIELDS.has(field))
    .map((field) => `The field '${field}' is not supported by Step Functions`);
  const missing = (field: string) => problems.push(`The field '${field}' is required but was missing`);
  const unsupported = (field: string, values: unknown[]) =>
    problems.push(`The '${field}' field contains unsupported values: [${values.join(", ")}]`);
  const oneOf = (field: string, value: unknown, allowed: string[]) => {
    if (value !== undefined && !allowed.includes(value as string)) unsupported(field, [value]);
  };

  if (typeof ApiEndpoint !== "string") missing("ApiEndpoint");
  else if (!URL.canParse(ApiEndpoint)) unsupported("ApiEndpoint", [ApiEndpoint]);
  if (Method === undefined) missing("Method");
  oneOf("Method", Method, METHODS);
  if (typeof (InvocationConfig ?? Authentication)?.ConnectionArn !== "string") missing("ConnectionArn");
  if (Headers !== undefined && !isObject(Headers)) unsupported("Headers", [Headers]);
  const forbidden = Object.keys(Headers ?? {})
    .map((name) => name.toLowerCase())
    .filter((name) => FORBIDDEN.has(name) || FORBIDDEN_PREFIX.test(name));
  if (forbidden.length > 0) unsupported("Headers", forbidden);
  if (QueryParameters !== undefined && !isObject(QueryParameters))
    unsupported("QueryParameters", [QueryParameters]);
  oneOf("RequestBodyEncoding", Transform?.RequestBodyEncoding, ENCODINGS);
  oneOf("ArrayFormat", Transform?.RequestEncodingOptions?.ArrayFormat, FORMATS);
  return problems;
}
