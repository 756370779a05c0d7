import { type Envelope, outsideEvent, writeEntry } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import type { InputOf } from "../../../lib/contract/schema.ts";
import { describeFindings, validate } from "../events/validation.ts";
import type { Bus } from "../ports/bus.ts";
import type { Now } from "../ports/clock.ts";
import { publishAll } from "./publish-all.ts";

/** What a producer may state about an event in addition to its payload. */
interface Saying {
  /** The event's subject: the key for ordering runs and matching waits if the contract declares no key. */
  subject?: string | undefined;
  /** Shared by all events that one outside event led to. @default the event's own id */
  correlation?: string | undefined;
  /** The id of the event that caused this one. */
  causation?: string | undefined;
  /** The event's own id: a second publication under it is a duplicate. @default a new one */
  id?: string | undefined;
  /**
   * W3C trace context that the event continues. @default that of the current invocation; without one, a new
   * trace derived from the id
   */
  traceparent?: string | undefined;
}

/** Publishes events of one source. */
export interface Publisher {
  /**
   * Checks a payload against its contract and publishes it. Answers the event's id. Throws an InvalidEvent if
   * the payload breaks the contract: nothing was published. Throws a NotPublished if the bus rejected it in
   * several attempts.
   */
  publish<E extends EventContract>(event: E, payload: InputOf<E["schema"]>, saying?: Saying): Promise<string>;
  /**
   * The same for many events of one contract, in as few calls as the bus allows. If one payload is invalid,
   * none is published.
   */
  publishAll<E extends EventContract>(
    event: E,
    payloads: readonly InputOf<E["schema"]>[],
    saying?: Omit<Saying, "id">,
  ): Promise<string[]>;
}

/** A payload that breaks its contract. The message says where. */
export class InvalidEvent extends Error {
  override readonly name = "InvalidEvent";
}

/** Events that the bus rejected: complete, so that each can be published again under its id. */
export class NotPublished extends Error {
  override readonly name = "NotPublished";
  /** Ids of those that are on the bus. */
  readonly published: readonly string[];
  readonly undelivered: readonly Envelope[];

  constructor(published: readonly string[], undelivered: readonly Envelope[]) {
    const [first] = undelivered;
    super(
      `The bus rejected ${undelivered.length} of ${published.length + undelivered.length} events, the first of them ${first!.name} ${first!.id}. Publish them again with the same ids; duplicates are ignored.`,
    );
    this.published = published;
    this.undelivered = undelivered;
  }
}

export interface PublishPorts {
  bus: Bus;
  now: Now;
  newId: () => string;
  /** The trace context of the caller, if there is one. */
  trace?: () => string | undefined;
  /** Resolves after `milliseconds`. */
  pause: (milliseconds: number) => Promise<void>;
}

/** Pauses before rejected entries are sent again (milliseconds). */
const PAUSES = [100, 400, 1_600];

/** A publisher of events from `source`. Throws a TypeError for Millrace's own source. */
export function publisherFrom(source: string, ports: PublishPorts): Publisher {
  if (source === MILLRACE_SOURCE || source.length === 0)
    throw new TypeError(`"${source}" is a reserved source. Use your own, for example "shop.orders".`);
  const publishMany = async (event: EventContract, payloads: readonly unknown[], saying: Saying) => {
    const envelopes = await Promise.all(
      payloads.map((payload, at) => {
        const place = payloads.length > 1 ? ` at ${at}` : "";
        return envelopeOf(event, payload, place, source, saying, ports);
      }),
    );
    await deliver(envelopes, ports);
    return envelopes.map(({ id }) => id);
  };
  return {
    publishAll: (event, payloads, saying = {}) => publishMany(event, payloads, { ...saying, id: undefined }),
    publish: async (event, payload, saying = {}) => (await publishMany(event, [payload], saying))[0]!,
  };
}

/** The payload is published unchanged: each subscriber's own version adds or removes fields. */
async function envelopeOf(
  { name, version, schema }: EventContract,
  payload: unknown,
  place: string,
  source: string,
  { id: given, subject, correlation, causation, traceparent }: Saying,
  { newId, now, trace }: PublishPorts,
): Promise<Envelope> {
  const checked = await validate(schema, payload);
  if (!checked.valid)
    throw new InvalidEvent(
      `The payload${place} breaks the contract of ${name} version ${version}: ${describeFindings(checked.findings)}. Nothing was published.`,
    );
  return outsideEvent({ name, version }, payload as Record<string, unknown>, {
    id: given ?? newId(),
    time: new Date(now()).toISOString(),
    source,
    subject,
    correlation,
    causation,
    traceparent: traceparent ?? trace?.(),
  });
}

async function deliver(envelopes: readonly Envelope[], { bus, pause }: PublishPorts): Promise<void> {
  const send = async (open: readonly Envelope[]) =>
    (await publishAll(bus, open.map(writeEntry))).map((index) => open[index]!);
  let open = await send(envelopes);
  for (const milliseconds of PAUSES) {
    if (open.length === 0) return;
    await pause(milliseconds);
    open = await send(open);
  }
  if (open.length === 0) return;
  const published = envelopes.filter((envelope) => !open.includes(envelope)).map(({ id }) => id);
  throw new NotPublished(published, open);
}
