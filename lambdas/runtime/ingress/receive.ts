import { derivedEventId } from "../../../lib/contract/keys.ts";
import type { Occurrence } from "../../../lib/contract/trigger/trigger.ts";
import type { WebhookSpec } from "../../../lib/contract/trigger/webhook.ts";
import { DEEPEST, isTooDeep } from "../depth.ts";
import type { Log, Metrics, Now } from "../ports.ts";
import type { Passage } from "./ingress.ts";
import { readPayload } from "./payload.ts";
import { type SignedRequest, type Verdict, verify } from "./verify.ts";

/** The secrets that are valid now, and the previous ones. */
export interface Secrets {
  /** Read at most `maxAge` milliseconds ago. */
  valid(maxAge: number): Promise<string[]>;
  /** Read at a time (epoch milliseconds) or later. Waits if the last read is too recent. */
  readSince(time: number): Promise<string[]>;
}

export interface ReceivePorts {
  secrets: Secrets;
  /** Publishes an occurrence, or stores it to publish it later. Throws if neither is possible. */
  accept(occurrence: Occurrence): Promise<Passage | "kept">;
  now: Now;
  log: Log;
  metrics: Metrics;
}

export interface WebhookAnswer {
  status: number;
  body: object;
}

const SECRETS_LAST = 5 * 60_000;

/**
 * Accepts a request and answers before any work is done. An event's identity depends only on what the
 * signature covers: the delivery's id in the body, or else everything that was signed. So a sender that
 * repeats it, or an attacker who captured it, sends a duplicate, whatever the headers contain.
 */
export async function receive(
  request: SignedRequest & { id: string },
  spec: WebhookSpec,
  ports: ReceivePorts,
): Promise<WebhookAnswer> {
  const { name, signature, largest } = spec;
  const { body, headers } = request;
  if (body.length > largest) {
    return refuse(413, `The body has ${body.length} bytes; the maximum is ${largest}.`, spec, ports);
  }
  const verdict = await authenticate(request, spec, ports);
  if (!verdict.authentic) return refuse(401, verdict.why, spec, ports);

  const payload = readPayload(body, headers["content-type"]);
  if (isTooDeep(payload))
    return refuse(400, `The body is nested more than ${DEEPEST} levels deep.`, spec, ports);
  const challenge = signature?.challenge?.(payload);
  if (challenge !== undefined) return { status: 200, body: { challenge } };
  const delivery = signature?.delivery?.(payload);
  const identity = delivery === undefined ? verdict.signed.toString("base64") : String(delivery);
  const id = derivedEventId(name, identity);
  const time = new Date(ports.now()).toISOString();
  try {
    const passage = await ports.accept({ id, time, payload });
    ports.log.info(`${name}: ${passage}`, { event: id, request: request.id });
    return { status: 202, body: { event: id } };
  } catch (error) {
    ports.log.error("The request could not be stored; the sender must retry.", { error });
    ports.metrics.count("WebhookRequestsFailed", 1, { webhook: name });
    return { status: 503, body: { message: "The service is temporarily unavailable. Retry." } };
  }
}

async function authenticate(
  request: SignedRequest & { id: string },
  { signature }: WebhookSpec,
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
  { name }: WebhookSpec,
  { log, metrics }: ReceivePorts,
): WebhookAnswer {
  log.warn(`${name} refused a request: ${message}`, { status });
  metrics.count("WebhookRequestsRefused", 1, { webhook: name });
  return { status, body: { message } };
}
