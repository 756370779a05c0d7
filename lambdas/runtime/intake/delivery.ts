import { type BusEvent, type Envelope, readEnvelope } from "../../../lib/contract/envelope.ts";
import type { HandOver } from "../../../lib/contract/groups/express.ts";
import type { RunRelease, RunRequest } from "../../../lib/contract/messages/request.ts";
import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import { ENDED_STATUSES } from "../../../lib/contract/table.ts";
import type { Called } from "./describe-run.ts";

/** An event that starts a run. */
export interface EventDelivery {
  kind: "event";
  envelope: Envelope;
  called: Called;
}

/** What a message of an intake queue requests. */
export type Delivery =
  | EventDelivery
  /** A run that was held back may continue. */
  | { kind: "release"; run: string }
  /**
   * A run has ended: the next of its key may start. Also a reminder to check a key again, not before `at`
   * (epoch milliseconds).
   */
  | { kind: "key-queue"; key: string; at?: number | undefined }
  /** A lane of the shared limit is to be checked, not before `at` (epoch milliseconds). */
  | { kind: "lane"; lane: string; at: number }
  /** A run with a place in the shared limit has ended; `key`, if its workflow limits runs by key, too. */
  | { kind: "ended"; run: string; epoch: number; key?: string | undefined }
  /** A worker asks to continue a run in an execution. */
  | { kind: "hand-over"; asked: HandOver }
  | { kind: "nothing" };

/**
 * Reads a message: an event as EventBridge delivers it, a reminder that this intake sent to itself, or a
 * worker's request.
 */
export function readDelivery(body: string): Delivery {
  const message = parse(body);
  if (typeof message?.keyQueue === "string") {
    const at = typeof message.at === "number" ? message.at : undefined;
    return { kind: "key-queue", key: message.keyQueue, at };
  }
  if (typeof message?.lane === "string" && typeof message.at === "number")
    return { kind: "lane", lane: message.lane, at: message.at };
  if (message && "handOver" in message) return { kind: "hand-over", asked: message.handOver as HandOver };
  if (typeof message?.["detail-type"] !== "string" || typeof message.id !== "string")
    return { kind: "nothing" };
  const event = message as unknown as BusEvent;
  if (event.source !== MILLRACE_SOURCE) return { kind: "event", envelope: readEnvelope(event), called: {} };
  const envelope = readEnvelope(event);
  if (ENDINGS.has(envelope.name)) return readEnding(envelope.data);
  const request = envelope.data as unknown as RunRequest | RunRelease;
  if ("held" in request) return { kind: "release", run: request.held };
  const { run, parent, event: name, version, payload, by } = request;
  return {
    kind: "event",
    envelope: { ...envelope, name, version, data: payload },
    called: { run, parent, startedBy: by },
  };
}

function readEnding({ run, epoch, key, limit }: Record<string, unknown>): Delivery {
  if (limit === undefined && key !== undefined) return { kind: "key-queue", key: String(key) };
  return { kind: "ended", run: String(run), epoch: Number(epoch), key: key as string | undefined };
}

const ENDINGS = new Set<string>(ENDED_STATUSES.map((status) => `run.${status}`));

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const message: unknown = JSON.parse(body);
    return typeof message === "object" && message !== null ? (message as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
