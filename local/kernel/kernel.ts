import type { Limits } from "../limits/limits.ts";
import type { Clock } from "./clock.ts";
import { refusalOf, ServiceError } from "./errors.ts";
import { network, type Outbound } from "./outbound.ts";
import type { Random } from "./random.ts";
import type { CallContext, Service } from "./service.ts";
import { Signals } from "./signals.ts";
import type { Store } from "./store.ts";
import { Work } from "./work.ts";

export interface KernelOptions {
  clock: Clock;
  random: Random;
  store: Store;
  /** Base URL of the endpoint, as in queue URLs: "http://127.0.0.1:4566". */
  endpoint: string;
  account?: string;
  region?: string;
  /** Receives a line for each internal error of the local cloud. */
  report?: (line: string) => void;
  /** Address of an X-Ray daemon, which the local cloud does not implement. */
  traceDaemon?: string | undefined;
  /** Sends the requests of services to other hosts. @default over the network */
  outbound?: Outbound | undefined;
  /** A debugger may stop code for long: functions have no time limit then. */
  debugged?: boolean | undefined;
  /** The session token of a function whose role has this access key. @default a meaningless one */
  sessionToken?: ((accessKey: string) => string) | undefined;
}

/** Authorizes a call before it is made. Throws ServiceError. */
export type Authorizer = (context: CallContext, service: string, operation: string, input: any) => void;

/**
 * What every engine receives: the clock, randomness, the store, and a way to call the other engines. Engines
 * know each other only as AWS APIs: a rule that delivers to a queue calls `sqs` `SendMessage`, as AWS does.
 */
export class Kernel {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly signals = new Signals();
  readonly work: Work;
  /** Receives a line for each internal error of the local cloud. */
  readonly report: (line: string) => void;
  /** Address of an X-Ray daemon, if there is one. */
  readonly traceDaemon: string | undefined;
  /** Sends the requests of services to other hosts. */
  outbound: Outbound;
  /** A debugger may stop code for long: functions have no time limit then. */
  readonly debugged: boolean;
  /** The session token of a function whose role has this access key. */
  readonly sessionToken: (accessKey: string) => string;
  /** Throws the service's error if the caller is not authorized. Without it, everything is allowed. */
  authorizer: Authorizer | undefined;
  /** The id of a role, by its ARN; undefined for anything that is not a role of the app. */
  roleId: ((arn: string) => string | undefined) | undefined;
  /** Resolves when nothing else happens at the moment, where time is virtual; otherwise at once. */
  whenIdle: () => Promise<void> = () => Promise.resolve();
  /** The account's rates and concurrency. Without them, there are no limits. */
  limits: Limits | undefined;
  private readonly services = new Map<string, Service>();

  constructor(options: KernelOptions) {
    this.clock = options.clock;
    this.random = options.random;
    this.store = options.store;
    this.endpoint = options.endpoint;
    this.account = options.account ?? "000000000000";
    this.region = options.region ?? "us-east-1";
    this.traceDaemon = options.traceDaemon;
    this.outbound = options.outbound ?? network;
    this.debugged = options.debugged ?? false;
    this.sessionToken = options.sessionToken ?? (() => "local");
    this.report = options.report ?? ((line) => process.stderr.write(`${line}\n`));
    this.work = new Work((error, what) => this.report(`${what}: ${(error as Error)?.stack ?? error}`));
  }

  register(service: Service): void {
    this.services.set(service.name, service);
  }

  service(name: string): Service | undefined {
    return this.services.get(name);
  }

  all(): Service[] {
    return [...this.services.values()];
  }

  /** "arn:aws:sqs:us-east-1:000000000000:orders" for ("sqs", "orders"). */
  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.region}:${this.account}:${resource}`;
  }

  /**
   * Calls an operation as an SDK would: PascalCase input as in the API reference, an error as ServiceError.
   * The change is made when this resolves; a response to the outside also waits for `store.flushed()`.
   */
  async call(
    service: string,
    operation: string,
    input: any,
    context: Partial<CallContext> = {},
  ): Promise<any> {
    const found = this.services.get(service);
    if (!found) {
      const served = [...this.services.keys()].sort().join(", ");
      throw new ServiceError(
        "UnknownService",
        `The local cloud does not serve ${service}. It serves ${served}.`,
      );
    }
    const run = Object.hasOwn(found.operations, operation) ? found.operations[operation] : undefined;
    if (!run) {
      throw new ServiceError(
        "UnknownOperationException",
        `The local cloud does not serve ${service}:${operation}.`,
      );
    }
    const complete: CallContext = {
      caller: context.caller ?? `arn:aws:iam::${this.account}:root`,
      sourceArn: context.sourceArn,
      requestId: context.requestId ?? this.random.uuid(),
      signal: context.signal,
      traceHeader: context.traceHeader,
    };
    this.authorizer?.(complete, service, operation, input ?? {});
    if (this.limits) await this.limits.admit(service, operation, input ?? {}, complete);
    try {
      return await run(input ?? {}, complete);
    } catch (error) {
      if (complete.signal?.aborted) throw error;
      throw refusalOf(error, service, `${service}:${operation}`, this.report);
    }
  }
}
