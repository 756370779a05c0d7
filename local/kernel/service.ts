import type { Access } from "./access.ts";

/** The caller, and whether it still waits. */
export interface CallContext {
  /** ARN of the principal: a function's or a state machine's role, or the account's root for people. */
  caller: string;
  /** ARN of the resource for which a service acts (a rule, a bucket), for aws:SourceArn in policies. */
  sourceArn?: string | undefined;
  requestId: string;
  /** Aborted when the caller disconnects: a long poll may end early. */
  signal?: AbortSignal | undefined;
  /** X-Ray's header of the request, as SDKs send it from within functions. */
  traceHeader?: string | undefined;
}

/** One API operation: input and output as in the service's API reference. Throws ServiceError. */
export type Operation = (input: any, context: CallContext) => unknown;

/** A raw HTTP request, for services whose protocol is not "operation name in a header". */
export interface HttpRequest {
  method: string;
  /** Path as it was sent, still percent-encoded: "/2015-03-31/functions/f/invocations". */
  path: string;
  query: URLSearchParams;
  /** The query as it was sent, without the question mark. */
  search: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
  signal?: AbortSignal | undefined;
  /** ARN of the principal that signed the request. */
  caller: string;
  requestId: string;
}

export interface HttpResponse {
  status: number;
  /** A list is several lines of one header, as cookies need them. */
  headers: Record<string, string | string[]>;
  body: string | Uint8Array;
}

/**
 * Which requests of a browser are answered. "own file": those of pages of the endpoint's own origin, and of a
 * user who opens the address; the response is shown without an origin. "own page": the same, and the response
 * is a page of that origin. "any page": those of all pages, if a CORS configuration allows it.
 */
export type Welcome = "no page" | "own file" | "own page" | "any page";

/** One emulated AWS service. */
export interface Service {
  /** The name under which requests are signed: "sqs", "events", "states", "dynamodb", "lambda", "s3". */
  readonly name: string;
  readonly operations: Record<string, Operation>;
  /**
   * For services with resource policies: the JSON text of a resource's policy, undefined if there is none, or
   * no such resource.
   */
  policyOf?(arn: string): string | undefined;
  /**
   * The accesses of a call, for services that only themselves can determine them. A batch over several
   * resources is several accesses. Throws the service's error for a request that cannot be parsed.
   */
  accesses?(operation: string, input: any): Access[];
  /** For the REST protocols (S3, Lambda): turns a request into a call of an operation and its answer. */
  http?(request: HttpRequest): Promise<HttpResponse>;
  /** Which requests of a browser the service's `http` answers. @default none */
  welcomes?(request: Pick<HttpRequest, "method" | "path" | "query" | "headers">): Welcome;
  /**
   * The service's own measurements for CloudWatch for the minute from `from` to `until` (milliseconds since
   * the epoch); undefined if there are none.
   */
  measure?(
    metric: string,
    dimensions: Record<string, string>,
    from: number,
    until: number,
  ): number | undefined;
  /**
   * Gives back what a consumer of the resource has held since the last process, which has ended with it. Another service, whose
   * consumer it was, calls it at its start.
   */
  giveBack?(arn: string): void;
  /**
   * Called once all resources exist: continues the work of the last process (timers, deliveries, executions).
   */
  start?(): void;
  /** Accepts no new work from now on; running work continues, and calls are still answered. */
  pause?(): void;
  /** Starts no new work and releases timers and threads. Nothing is lost: the next start continues. */
  stop?(): Promise<void>;
}
