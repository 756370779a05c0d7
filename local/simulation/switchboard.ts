import { RESPONSE_HOST } from "../cloudformation/custom/responses.ts";
import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { HttpResponse } from "../kernel/service.ts";
import { roleOfAccessKey } from "../lambda/roles.ts";
import { operationOf, targetOf } from "../s3/http-routes.ts";
import { writeError } from "../wire/answer.ts";
import { respond } from "../wire/respond.ts";
import { type Route, route } from "../wire/route.ts";
import type { Misfortune, Mishap, Trouble } from "./faults.ts";
import { cancelledBy, failOne } from "./partial.ts";
import { refuse } from "./sandbox/builtins.ts";
import type { Outgoing } from "./sandbox/http.ts";

/** What answers requests to hosts outside of the cloud. Rejects where the connection breaks. */
export type Outside = (request: Outgoing) => Promise<OutsideAnswer> | OutsideAnswer;
type OutsideAnswer = Pick<HttpResponse, "status"> & Partial<HttpResponse>;

/** One call of a function or of the test, as it came out. */
export interface LoggedCall {
  /** Epoch milliseconds. */
  time: number;
  /** Physical name of the function, undefined for a call from outside. */
  function: string | undefined;
  service: string;
  operation: string;
  /** HTTP status; undefined where no answer reached the caller. */
  status: number | undefined;
  /** What went wrong on purpose. */
  trouble?: Trouble;
}

/** Answers requests in memory, in the services' own protocols, with the faults that are wished for. */
export class Switchboard {
  readonly calls: LoggedCall[] = [];
  private readonly kernel: Kernel;
  private readonly endpoint: URL;
  private readonly judge: Misfortune["judge"];
  /** Answers requests to hosts outside of the cloud; undefined where they are refused. */
  outside: Outside | undefined;
  /** Whether an origin of requests is outside of the cloud. */
  private readonly known = new Map<string, boolean>();

  /** `judge` decides what goes wrong with a call. */
  constructor(kernel: Kernel, judge: Misfortune["judge"]) {
    this.kernel = kernel;
    this.endpoint = new URL(kernel.endpoint);
    this.judge = judge;
  }

  /**
   * Answers a request of `caller` (a function's physical name, undefined for the test). `crash` ends the caller's
   * process; then this never settles. Rejects where the connection breaks.
   */
  async answer(request: Outgoing, caller: string | undefined, crash: () => void): Promise<HttpResponse> {
    const { clock } = this.kernel;
    const outside = this.isOutside(request);
    const routed = routeOf(request);
    const name = outside ? nameOutside(request) : nameOf(request, routed);
    const mishap = this.judge({ function: caller, ...name });
    const call: LoggedCall = { time: clock.now(), function: caller, ...name, status: undefined };
    if (mishap) call.trouble = mishap.kind;
    this.calls.push(call);
    const response = await this.suffer(mishap, request, routed, crash);
    call.status = response.status;
    return response;
  }

  private isOutside({ method, origin }: Outgoing): boolean {
    let outside = this.known.get(origin);
    if (outside === undefined) {
      const { host } = new URL(origin);
      // A name below the endpoint's is a bucket, a function's URL or an API.
      const { host: ours } = this.endpoint;
      outside = host !== ours && !host.endsWith(`.${ours}`) && host !== RESPONSE_HOST;
      if (outside && !this.outside) refuse(`${method} ${origin}`);
      this.known.set(origin, outside);
    }
    return outside;
  }

  private async suffer(
    mishap: Mishap | undefined,
    request: Outgoing,
    routed: Route,
    crash: () => void,
  ): Promise<HttpResponse> {
    const { clock } = this.kernel;
    switch (mishap?.kind) {
      case undefined:
        return await this.serve(request);
      case "throttle":
      case "error":
        return this.refusal(mishap.kind, request, routed);
      case "throttle-one":
      case "lost-one":
        return await this.failOne(mishap, request, routed);
      case "lost":
        await this.serve(request);
        throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      case "slow": {
        const response = await this.serve(request);
        await new Promise<void>((resolve) => clock.at(clock.now() + mishap.late, resolve));
        return response;
      }
      case "crash-after":
        await this.serve(request);
        crash();
        return await never();
      case "crash-before":
        crash();
        return await never();
    }
  }

  private async failOne({ kind, where }: Mishap, request: Outgoing, routed: Route): Promise<HttpResponse> {
    const lost = kind === "lost-one";
    const call = routed.protocol === "json" ? routed : undefined;
    const input = call && JSON.parse(request.body.toString() || "{}");
    const partial = call && failOne(call, input, where, { lost });
    if (!partial && lost) return await this.serve(request);
    if (!partial) {
      const cancelled = call && cancelledBy(call, input, where);
      return cancelled ? this.errorOf(cancelled, request, routed) : this.refusal("throttle", request, routed);
    }
    const { rest } = partial;
    const headers = { "content-type": request.headers["content-type"] ?? "application/x-amz-json-1.0" };
    const response = rest
      ? await this.serve({ ...request, body: Buffer.from(JSON.stringify(rest)) })
      : { status: 200, headers, body: "{}" };
    if (response.status !== 200) return response;
    const output = JSON.parse(Buffer.from(response.body).toString());
    return { ...response, body: JSON.stringify(partial.answer(output)) };
  }

  private async serve(request: Outgoing): Promise<HttpResponse> {
    const { kernel } = this;
    const { method, url, headers, body } = request;
    if (this.outside && this.isOutside(request))
      return { headers: {}, body: "", ...(await this.outside(request)) };
    const callerOf = (accessKey: string) => roleOfAccessKey(accessKey, kernel.account);
    return await respond(
      { kernel, callerOf, host: this.endpoint.hostname },
      { method, url, headers, body: async () => body, requestId: kernel.random.uuid() },
    );
  }

  private refusal(kind: "throttle" | "error", request: Outgoing, routed: Route): HttpResponse {
    const service = "service" in routed ? (routed.service ?? "") : "";
    const error =
      kind === "throttle"
        ? new ServiceError(THROTTLES[service] ?? "ThrottlingException", "Rate exceeded", {
            status: service === "s3" ? 503 : 400,
          })
        : new ServiceError(FAULTS[service] ?? "InternalFailure", "Simulated internal error", {
            fault: "server",
          });
    return this.errorOf(error, request, routed);
  }

  private errorOf(error: ServiceError, { headers, url }: Outgoing, routed: Route): HttpResponse {
    return writeError(routed, error, { headers, path: url, requestId: this.kernel.random.uuid() });
  }
}

/**
 * Of its own for each call: whatever waits for a promise that never settles is kept as long as the promise, and here that is all
 * of an environment.
 */
const never = () => new Promise<never>(() => {});

/** Where a service calls it otherwise than most. */
const THROTTLES: Record<string, string> = {
  s3: "SlowDown",
  sqs: "RequestThrottled",
  lambda: "TooManyRequestsException",
};
const FAULTS: Record<string, string> = {
  s3: "InternalError",
  dynamodb: "InternalServerError",
  lambda: "ServiceException",
};

function routeOf({ method, url, headers }: Outgoing): Route {
  const [path = "/", search] = url.split("?");
  return route({ method, path, query: new URLSearchParams(search), headers });
}

/** "outside", and method and URL without its query. */
function nameOutside({ method, origin, url }: Outgoing): { service: string; operation: string } {
  return { service: "outside", operation: `${method} ${origin}${url.split("?")[0]}` };
}

/** Service and operation as the API reference names them; for a REST service without such names, method and path. */
function nameOf(
  { method, url, headers, body }: Outgoing,
  routed: Route,
): { service: string; operation: string } {
  const [path = "/", search] = url.split("?");
  switch (routed.protocol) {
    case "json":
      return { service: routed.service, operation: routed.operation };
    case "query":
      return {
        service: routed.service ?? "",
        operation: new URLSearchParams(body.toString()).get("Action") ?? "",
      };
    case "rest":
      return { service: routed.service, operation: restOperation(routed.service) };
    case "unknown":
      return { service: "", operation: routed.name };
  }

  function restOperation(service: string): string {
    if (service !== "s3") return `${method} ${path}`;
    try {
      return operationOf(method, targetOf(headers.host ?? "", path), new URLSearchParams(search), headers);
    } catch {
      return `${method} ${path}`; // Not served: the service says so itself.
    }
  }
}
