import { DefinitionError } from "../definition-error.ts";
import type { EventContract } from "../event.ts";
import { MILLRACE_SOURCE } from "../reserved.ts";

/** Something outside by which runs begin: it brings events to the bus, with its own name as their source. */
export interface TriggerSpec {
  readonly name: string;
  /** What it may bring. */
  readonly events: readonly EventContract[];
}

/** One thing that happened outside, before it is an event. */
export interface Occurrence {
  /** The same id whenever the same occurrence is reported again. */
  id: string;
  /** ISO 8601, UTC. */
  time: string;
  /** What it is about, where that is known without a contract. */
  subject?: string | undefined;
  payload: unknown;
}

/**
 * Makes of what came in what a producer of the event would send; undefined where it is none of interest. What it throws
 * puts the payload into quarantine.
 */
export type Translate<Payload, Sent> = (payload: Payload) => Sent | undefined;

const NAME = /^[a-z][a-z0-9-]{0,47}$/;

/** The name, if it can be one. Throws a DefinitionError otherwise. */
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
