import jsonata from "jsonata";
import type { Random } from "../../kernel/random.ts";
import { reserveItems } from "./bounds.ts";
import { HASH_ALGORITHMS, hash } from "./hash.ts";
import { JavaRandom } from "./seeded.ts";

/** What an evaluation takes from outside: the clock in epoch milliseconds, and chance. */
export interface Environment {
  now: () => number;
  random: Random;
}

/** The name, which no expression can write, under which an evaluation's Environment is bound. */
export const ENVIRONMENT = "\0environment";

const fromMillis = jsonata("$fromMillis($millis, $picture, $timezone)");

type Focus = jsonata.Focus;

/**
 * Gives an expression the functions that the service adds to JSONata, takes `$eval` away as it does, and lets those
 * that would ask the machine for time or chance ask the Environment.
 */
export function registerFunctions(expression: jsonata.Expression): void {
  expression.assign("eval", undefined);
  expression.registerFunction("now", now, "<s?s?:s>");
  expression.registerFunction("millis", millis, "<:n>");
  expression.registerFunction("partition", partition, "<an:a>");
  expression.registerFunction("range", range, "<nnn:a<n>>");
  expression.registerFunction("hash", digest, "<ss?:s>");
  expression.registerFunction("random", random, "<n?:n>");
  expression.registerFunction("shuffle", shuffle, "<a:a>");
  expression.registerFunction("uuid", uuid, "<:s>");
  expression.registerFunction("parse", parse, "<s:x>");
}

function environmentOf(focus: Focus): Environment {
  return focus.environment.lookup(ENVIRONMENT);
}

function now(this: Focus, picture?: string, timezone?: string): Promise<string> {
  return fromMillis.evaluate(undefined, { millis: environmentOf(this).now(), picture, timezone });
}

function millis(this: Focus): number {
  return environmentOf(this).now();
}

/** Chunks of `size` items, the last one shorter. Like the service, it truncates `size` towards zero. */
function partition(items: unknown[] | undefined, size: number | undefined): unknown[][] | undefined {
  const step = Math.trunc(size ?? 0);
  if (items === undefined || step === 0) return undefined;
  if (step < 0) throw new Error("The chunk size of $partition must be a positive number");
  return Array.from({ length: Math.ceil(items.length / step) }, (_, chunk) =>
    items.slice(chunk * step, (chunk + 1) * step),
  );
}

/** From `first` to `last`, both included. It gives a sequence: a range of one is that number (recorded on AWS). */
function range(first?: number, last?: number, step?: number): Promise<number[]> | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const [start, end, by] = [Math.trunc(first), Math.trunc(last), Math.trunc(step)];
  if (by === 0) return undefined;
  const count = Math.max(0, Math.floor((end - start) / by) + 1);
  reserveItems(count);
  const numbers = Array.from({ length: count }, (_, index) => start + index * by);
  return asSequence.evaluate(undefined, { numbers });
}

/** JSONata marks sequences with a property that is its own; only an expression can make one. */
const asSequence = jsonata("$numbers.$");

function digest(text: string | undefined, algorithm = "SHA-256"): string | undefined {
  if (text === undefined) return undefined;
  const digested = hash(text, algorithm);
  if (digested === undefined) {
    throw new Error(`$hash does not know the algorithm '${algorithm}'; it knows ${HASH_ALGORITHMS}`);
  }
  return digested;
}

function random(this: Focus, seed?: number): number {
  return (seed === undefined ? environmentOf(this).random : new JavaRandom(seed)).fraction();
}

function shuffle(this: Focus, items: unknown[] | undefined): unknown[] | undefined {
  if (items === undefined) return undefined;
  const { random } = environmentOf(this);
  const keys = new Map(items.map((_, index) => [index, random.fraction()]));
  return [...keys].sort(([, left], [, right]) => left - right).map(([index]) => items[index]);
}

function uuid(this: Focus): string {
  return environmentOf(this).random.uuid();
}

function parse(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}
