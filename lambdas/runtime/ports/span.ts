/** Something that was done, or is being done, as a part of a trace: whatever system then shows it. */
export interface Span {
  name: string;
  /** W3C trace contexts of what was done, and of what it follows on. */
  traceparent: string;
  parent: string | undefined;
  /** ISO times; without an end it is still open. */
  from: string;
  to: string | undefined;
  failure: SpanFailure | undefined;
  /** By these, traces are found. */
  about: Record<string, string | number>;
  /** Of what handles an event or a message: the event, and through what it came. */
  message?: { id?: string | undefined; name?: string | undefined; conversation?: string | undefined };
  /** More for OpenTelemetry, by the names of its conventions. */
  attributes?: Record<string, string | number | undefined>;
}

export interface SpanFailure {
  name: string;
  message: string;
  stack?: string | undefined;
}
