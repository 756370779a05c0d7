import { readTraceparent } from "../../../lib/contract/trace.ts";
import type { Span } from "../ports/span.ts";
import { CONVENTIONS } from "./conventions.ts";
import { type Attributes, attributesOf, nanoseconds, type Resource, SCOPE } from "./otlp.ts";

/** Numbers of the protocol. */
const KIND = { consumer: 5, client: 3 };
const ERROR = 2;
/** The trace is recorded, and the parent is in another process. */
const FLAGS = 0x301;

const LONGEST_TEXT = 4_000;

/** An ExportTraceServiceRequest. Spans are whole there: those that are still open are sent once they end. */
export function traceRequest(spans: readonly Span[], resource: Resource): object | undefined {
  const ended = spans.flatMap((span) => (span.to === undefined ? [] : [otlpSpan(span, span.to)]));
  if (ended.length === 0) return undefined;
  return {
    resourceSpans: [
      { resource: { attributes: attributesOf(resource) }, scopeSpans: [{ scope: SCOPE, spans: ended }] },
    ],
  };
}

function otlpSpan(
  { name, traceparent, parent, from, failure, about, message, attributes }: Span,
  to: string,
) {
  const { trace, span } = readTraceparent(traceparent)!;
  const above = readTraceparent(parent);
  return {
    traceId: trace,
    spanId: span,
    ...(above && { parentSpanId: above.span }),
    flags: FLAGS,
    name,
    kind: message ? KIND.consumer : KIND.client,
    startTimeUnixNano: nanoseconds(Date.parse(from)),
    endTimeUnixNano: nanoseconds(Date.parse(to)),
    attributes: attributesOf({
      ...named(about),
      ...(message && messaging(message)),
      ...attributes,
      [CONVENTIONS.errorType]: failure?.name,
    }),
    // What handles an event is linked to its producer, which may be of another trace's system.
    ...(above && message?.id !== undefined && { links: [{ traceId: above.trace, spanId: above.span }] }),
    ...(failure && {
      status: { code: ERROR, message: failure.message.slice(0, LONGEST_TEXT) },
      events: [
        {
          name: "exception",
          timeUnixNano: nanoseconds(Date.parse(to)),
          attributes: attributesOf({
            [CONVENTIONS.exceptionType]: failure.name,
            [CONVENTIONS.exceptionMessage]: failure.message.slice(0, LONGEST_TEXT),
            [CONVENTIONS.exceptionStacktrace]: failure.stack?.slice(0, LONGEST_TEXT),
          }),
        },
      ],
    }),
  };
}

/** Our own names: "millrace.run", "millrace.step". */
export function named(about: Attributes): Attributes {
  return Object.fromEntries(Object.entries(about).map(([name, value]) => [`millrace.${name}`, value]));
}

/** A run and a reaction handle an event of the bus, an attempt of a step a message of its queue. */
function messaging({ id, name, conversation }: NonNullable<Span["message"]>): Attributes {
  return {
    [CONVENTIONS.messagingSystem]: id === undefined ? "aws.sqs" : "aws.eventbridge",
    [CONVENTIONS.messagingOperationType]: "process",
    [CONVENTIONS.messagingOperationName]: "process",
    [CONVENTIONS.messagingDestinationName]: name,
    [CONVENTIONS.messagingMessageId]: id,
    [CONVENTIONS.messagingConversationId]: conversation,
    [CONVENTIONS.faasTrigger]: "pubsub",
  };
}
