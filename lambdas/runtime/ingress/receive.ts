import type { RequestTriggerSpec } from "../../../lib/contract/trigger/request.ts";
import type { Occurrence, Unreadable } from "../../../lib/contract/trigger/trigger.ts";
import type { Now } from "../ports/clock.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import type { ArrivalOutcome } from "./ingress.ts";
import { type Authentic, type SignedRequest, type Verdict, verify } from "./verify.ts";

/** The secrets that are valid now, and the previous ones. */
export interface Secrets {
  /** Read at most `maxAge` milliseconds ago. */
  valid(maxAge: number): Promise<string[]>;
  /** Read at a time (epoch milliseconds) or later. Waits if the last read is too recent. */
  readSince(time: number): Promise<string[]>;
}

export interface ReceivePorts {
  secrets: Secrets;
  /** Publishes occurrences, or stores them to publish them later. Throws if neither is possible. */
  accept(occurrences: readonly (Occurrence | Unreadable)[]): Promise<(ArrivalOutcome | "kept")[]>;
  now: Now;
  log: Log;
  metrics: Metrics;
}

export interface WebhookAnswer {
  status: number;
  body: object;
  headers?: Record<string, string>;
}

export type ReceivedRequest = SignedRequest & { id: string };

/** What an authentic request says: what happened, an answer without an event, or why it is refused. */
export type Reading =
  | { occurrences: (Occurrence | Unreadable)[] }
  | { answer: object }
  | { refused: number; why: string };

/** How requests of one kind of trigger are read and answered. */
export interface RequestKind<Spec extends RequestTriggerSpec> {
  read(request: ReceivedRequest, spec: Spec, verdict: Authentic, time: string): Reading;
  /** The answer to a request whose events have these ids. */
  answer(ids: string[]): object;
}

const SECRETS_LAST = 5 * 60_000;

/** Accepts a request and answers before any work is done. */
export async function receive<Spec extends RequestTriggerSpec>(
  request: ReceivedRequest,
  spec: Spec,
  kind: RequestKind<Spec>,
  ports: ReceivePorts,
): Promise<WebhookAnswer> {
  const { name, largest } = spec;
  const { body } = request;
  if (body.length > largest) {
    return refuse(413, `The body has ${body.length} bytes; the maximum is ${largest}.`, spec, ports);
  }
  const verdict = await authenticate(request, spec, ports);
  if (!verdict.authentic) return refuse(401, verdict.why, spec, ports);

  const time = new Date(ports.now()).toISOString();
  const reading = kind.read(request, spec, verdict, time);
  if ("answer" in reading) return { status: 200, body: reading.answer };
  if ("refused" in reading) return refuse(reading.refused, reading.why, spec, ports);
  const { occurrences } = reading;
  const ids = occurrences.map(({ id }) => id);
  try {
    const outcomes = await ports.accept(occurrences);
    for (const [at, passage] of outcomes.entries())
      ports.log.info(`${name}: ${passage}`, { event: ids[at], request: request.id });
    return { status: 202, body: kind.answer(ids) };
  } catch (error) {
    ports.log.error("The request could not be stored; the sender must retry.", { error });
    ports.metrics.count("WebhookRequestsFailed", 1, { webhook: name });
    return { status: 503, body: { message: "The service is temporarily unavailable. Retry." } };
  }
}

async function authenticate(
  request: ReceivedRequest,
  { signature }: RequestTriggerSpec,
  { secrets, now }: ReceivePorts,
): Promise<Verdict> {
  if (!signature) return { authentic: true, signed: Buffer.from(request.id) };
  const arrived = now();
  const verdict = verify(request, signature, await secrets.valid(SECRETS_LAST), arrived);
  if (verdict.authentic) return verdict;
  // It may be signed with a secret that was stored before it arrived, and after the last read.
  return verify(request, signature, await secrets.readSince(arrived), arrived);
}

function refuse(
  status: number,
  message: string,
  { name }: RequestTriggerSpec,
  { log, metrics }: ReceivePorts,
): WebhookAnswer {
  log.warn(`${name} refused a request: ${message}`, { status });
  metrics.count("WebhookRequestsRefused", 1, { webhook: name });
  return { status, body: { message } };
}
