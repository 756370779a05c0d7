import type { Kernel } from "../../kernel/kernel.ts";
import { OutboundError, type OutboundResponse } from "../../kernel/outbound.ts";
import type { Connections } from "../connections/connections.ts";
import { TokenError } from "../connections/token.ts";
import type { DestinationRow, DestinationSettings, Destinations } from "./destinations.ts";
import { DestinationError, RateLimitError } from "./errors.ts";
import { Pace } from "./pace.ts";
import { requestFor, type TargetParameters } from "./request.ts";

const PATIENCE = 5000;
/** Of a response. The service asks for the first MiB, and takes more. */
const MOST_BYTES = 2 ** 24;
const RETRIED = new Set([401, 407, 409, 429]);
const RENEW_TOKEN = new Set([401, 407]);

/** Invokes API destinations, each at most as often as it allows. */
export class Invoker {
  private readonly kernel: Kernel;
  private readonly connections: Connections;
  private readonly destinations: Destinations;
  private readonly paces = new Map<string, Pace>();
  /** When deliveries that have to wait may be made, by their id. */
  private readonly turns = new Map<number, number>();

  constructor(kernel: Kernel, connections: Connections, destinations: Destinations) {
    this.kernel = kernel;
    this.connections = connections;
    this.destinations = destinations;
  }

  /**
   * Sends an event, if it is its turn. Throws RateLimitError, DestinationError, or ServiceError if the destination does
   * not exist. `delivery` identifies what waits for its turn.
   */
  async invoke(
    arn: string,
    body: string,
    parameters: TargetParameters,
    delivery?: number,
  ): Promise<OutboundResponse> {
    const row = this.destinations.withArn(arn);
    const settings: DestinationSettings = JSON.parse(row.settings);
    this.takeTurn(row, settings, delivery);
    const connection = this.destinations.connectionOf(row);
    if (!connection) throw new DestinationError(`the connection ${row.connection} does not exist.`);
    const additions = await this.connections.additions(connection).catch((error) => {
      throw error instanceof TokenError ? new DestinationError(error.message) : error;
    });
    const response = await this.send({
      method: settings.HttpMethod,
      ...requestFor(settings, body, parameters, additions),
    });
    const { status } = response;
    if (status >= 200 && status <= 299) return response;
    if (RENEW_TOKEN.has(status)) this.connections.forgetToken(connection);
    const retriable = RETRIED.has(status) || status >= 500;
    throw new DestinationError(`the endpoint answered with status ${status}.`, {
      ...(retriable ? this.retryAfter(response) : { retriable }),
    });
  }

  private async send(request: { method: string; url: URL; headers: [string, string][]; body: string }) {
    try {
      return await this.kernel.outbound({ ...request, patience: PATIENCE, most: MOST_BYTES });
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      if (error.reason === "timeout") {
        throw new DestinationError(
          "Timeout calling endpoint for API Destination: socket closed. The endpoint has 5 seconds.",
        );
      }
      if (error.reason !== "unreachable")
        throw new DestinationError(`${error.message}.`, { retriable: false });
      throw new DestinationError(`API destination endpoint cannot be reached. ${error.message}.`);
    }
  }

  /** Returns if it is the turn of this delivery; otherwise throws the time of its turn. */
  private takeTurn(row: DestinationRow, settings: DestinationSettings, delivery: number | undefined): void {
    const now = this.kernel.clock.now();
    const turn = delivery === undefined ? undefined : this.turns.get(delivery);
    if (turn === undefined) {
      const pace = this.paces.get(row.id) ?? new Pace();
      this.paces.set(row.id, pace);
      const time = pace.next(now, settings.InvocationRateLimitPerSecond);
      if (time <= now) return;
      if (delivery !== undefined) this.turns.set(delivery, time);
      throw new RateLimitError(time);
    }
    if (turn > now) throw new RateLimitError(turn);
    this.turns.delete(delivery!);
  }

  /** Retry-After is a number of seconds, or a date. A negative number ends the retries. */
  private retryAfter({ headers }: OutboundResponse): { retriable: boolean; notBefore?: number } {
    const [, value = ""] = headers.find(([name]) => name.toLowerCase() === "retry-after") ?? [];
    if (/^-\d/.test(value)) return { retriable: false };
    const time = /^\d+$/.test(value) ? this.kernel.clock.now() + Number(value) * 1000 : Date.parse(value);
    return Number.isNaN(time) ? { retriable: true } : { retriable: true, notBefore: time };
  }
}
