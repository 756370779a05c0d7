import { DefinitionError } from "../definition-error.ts";
import type { EventContract } from "../event.ts";
import { MILLRACE_SOURCE } from "../reserved.ts";

/**
 * A source outside of the app by which runs begin: it publishes events on the bus, with its own name as their
 * source.
 */
export interface TriggerSpec {
  readonly name: string;
  /** The events that it may publish. */
  readonly events: readonly EventContract[];
}

/** An occurrence outside of the app, before it is an event. */
export interface Occurrence {
  /** The same id whenever the same occurrence is reported again. */
  id: string;
  /** ISO 8601, UTC. */
  time: string;
  /** Its subject, if that is known without a contract. */
  subject?: string | undefined;
  /** W3C trace context of its sender, where it is known. */
  traceparent?: string | undefined;
  /** How many events its sender says lie between it and the first one, so that a loop through other systems is found. */
  hops?: number | undefined;
  payload: unknown;
}

/** What came in where an occurrence was expected, and what is wrong with it. */
export interface Unreadable {
  /** As of an occurrence. */
  id: string;
  time: string;
  findings: { path: string; message: string; value?: string }[];
  /** As it came. */
  body: string;
}

/**
 * Converts the occurrence's payload to that of the event; undefined if it is of no interest. If it throws,
 * the payload is quarantined.
 */
export type Translate<Payload, Sent> = (payload: Payload) => Sent | undefined;

const NAME = /^[a-z][a-z0-9-]{0,47}$/;

/** The name, if it is valid. Throws a DefinitionError otherwise. */
export function triggerName(kind: string, name: string): string {
  if (!NAME.test(name)) {
    throw new DefinitionError(
      `${kind} "${name}": a name has up to 48 lower-case letters, digits and dashes, and begins with a letter.`,
    );
  }
  if (name === MILLRACE_SOURCE) {
    throw new DefinitionError(`${kind} "${name}": this name is reserved for Millrace. Choose another.`);
  }
  return name;
}
