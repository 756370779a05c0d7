import type { Compatibility } from "./compatibility/mode.ts";
import { DefinitionError } from "./definition-error.ts";
import type { ENVELOPE_KEY } from "./envelope.ts";
import { RESERVED_EVENTS } from "./reserved.ts";
import type { Carriable, InputOf, OutputOf, Schema } from "./schema.ts";
import { isWhole } from "./whole-number.ts";

/**
 * What makes an event a duplicate of another. A function gives the producer's key; "content" treats events
 * with equal payloads as the same; without either, each envelope id is an event of its own.
 */
export type Identity<Data> = ((data: Data) => string) | "content" | undefined;

/** An event's name, version and payload, as producers and subscribers agree on it. */
export interface EventContract<Name extends string = string, Data = any, Sent = any> {
  readonly name: Name;
  /** Counts from 1; a payload states the version for which it was written. */
  readonly version: number;
  /** Accepts what a producer sends, and returns what a workflow reads. */
  readonly schema: Schema<Sent, Data>;
  readonly identity: Identity<Data>;
  readonly key: Key<Data>;
  /** The previous version, and how its events are converted to this one. */
  readonly earlier: Upcast<Sent> | undefined;
  /** What a change of the schema must preserve while the version stays. */
  readonly compatibility: Compatibility;
}

/** Converts events of an earlier version. */
export interface Upcast<Sent = any> {
  readonly from: EventContract;
  readonly forward: (old: any) => Sent;
}

/**
 * Converts an event of an earlier version to the next: it receives the old payload, and returns what a
 * producer would send today.
 */
export function upcast<Earlier extends EventContract, Sent>(
  from: Earlier,
  forward: (old: DataOf<Earlier>) => Sent,
): Upcast<Sent> {
  return { from, forward };
}

/** A contract and its earlier versions, newest first. */
export function versionsOf(contract: EventContract): EventContract[] {
  return [contract, ...(contract.earlier ? versionsOf(contract.earlier.from) : [])];
}

/**
 * What an event is about: an order's number, a customer. Waits find events by it, and runs are ordered and
 * limited by it. By default, the envelope's subject is the key.
 */
export type Key<Data> = ((data: Data) => string) | undefined;

/** What workflows read of an event: `DataOf<typeof VideoRequested>`. */
export type DataOf<E extends EventContract> = OutputOf<E["schema"]>;

interface EventOptions<S extends Schema> {
  version: number;
  /** Describes an object. */
  schema: S & Payload<OutputOf<S>>;
  /** @default the envelope's id */
  identity?: Identity<OutputOf<S>>;
  /** @default the envelope's subject */
  key?: Key<OutputOf<S>>;
  /** The version before this one, by `upcast`. Subscribers then accept both, and see only this one. */
  earlier?: Upcast<InputOf<S>>;
  /**
   * Which side a change of the schema must not break while the version stays; `millrace contracts check`
   * enforces it. @default "backward"
   */
  compatibility?: Compatibility;
}

type Payload<Data> = [Data] extends [readonly unknown[] | string | number | boolean | null | undefined]
  ? "an event's payload is an object with fields"
  : typeof ENVELOPE_KEY extends keyof Data
    ? string extends keyof Data
      ? Carriable<Data, "payload">
      : `the field "${typeof ENVELOPE_KEY}" is reserved for the envelope`
    : Carriable<Data, "payload">;

const NAME = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/;

/**
 * Declares an event. Throws a DefinitionError unless the name is dotted lower-case words, as in "video.requested",
 * and not one that Millrace publishes itself.
 */
export function defineEvent<const Name extends string, S extends Schema>(
  name: Name,
  { version, schema, identity, key, earlier, compatibility = "backward" }: EventOptions<S>,
): EventContract<Name, OutputOf<S>, InputOf<S>> {
  if (!NAME.test(name)) {
    throw new DefinitionError(
      `The event name "${name}" is not valid. Use lower-case words separated by dots, as in "video.requested".`,
    );
  }
  if ((RESERVED_EVENTS as readonly string[]).includes(name)) {
    throw new DefinitionError(`The event name "${name}" is reserved for Millrace. Choose another name.`);
  }
  if (!isWhole(version, 1)) {
    throw new DefinitionError(
      `The version of event "${name}" is ${version}. A version must be a whole number of 1 or more.`,
    );
  }
  if (earlier && (earlier.from.name !== name || earlier.from.version >= version)) {
    throw new DefinitionError(
      `Version ${version} of event "${name}" names ${earlier.from.name} version ${earlier.from.version} as earlier. Give an earlier version of the same event.`,
    );
  }
  return { name, version, schema, identity, key, earlier, compatibility };
}
