import { isDeepStrictEqual } from "node:util";
import { asText } from "../../kernel/json-text.ts";
import type { Random } from "../../kernel/random.ts";
import { isDataObject, isRawNumber } from "../../kernel/raw-number.ts";
import { HASH_ALGORITHMS, hash } from "../jsonata/hash.ts";
import { JavaRandom } from "../jsonata/seeded.ts";
import { numeric, parseData, plain } from "../numbers.ts";

/** The error for an argument that the function does not accept. */
export class BadArgument extends Error {}

/** Limits that the service documents. */
const LONGEST_TEXT = 10_000;
const LONGEST_RANGE = 1_000;

/** What `States.<name>` gives for its arguments; the first of Format keeps its escapes. */
export const INTRINSICS: Record<string, (values: unknown[], random: Random) => unknown> = {
  Format: ([template, ...values]) => format(text(template), values),
  StringToJson: ([value]) => parseJson(text(value)),
  JsonToString: ([value]) => JSON.stringify(value),
  Array: (values) => values,
  ArrayPartition: ([items, size]) => partition(array(items), integer(size)),
  ArrayContains: ([items, sought]) =>
    array(items).some((item) => isDeepStrictEqual(plain(item), plain(sought))),
  ArrayRange: ([first, last, step]) => range(integer(first), integer(last), integer(step)),
  ArrayGetItem: ([items, index]) => itemAt(array(items), integer(index)),
  ArrayLength: ([items]) => array(items).length,
  ArrayUnique: ([items]) => unique(array(items)),
  Base64Encode: ([value]) => Buffer.from(short(text(value))).toString("base64"),
  Base64Decode: ([value]) => decode(short(text(value))),
  Hash: ([value, algorithm]) => digest(value, text(algorithm)),
  JsonMerge: ([left, right, deep]) => merge(object(left), object(right), deep),
  MathRandom: ([start, end, seed], random) =>
    between(integer(start), integer(end), seed === undefined ? random : new JavaRandom(integer(seed))),
  MathAdd: ([left, right]) => integer(left) + integer(right),
  StringSplit: ([value, delimiters]) => split(text(value), text(delimiters)),
  UUID: (_values, random) => random.uuid(),
};

function text(value: unknown): string {
  return typeof value === "string" ? value : refuse("a string", value);
}

/** Rounded to the nearest integer, a half upwards, as Java's Math.round does (recorded on AWS for MathAdd). */
function integer(value: unknown): number {
  const number = numeric(value);
  return typeof number === "number" ? Math.round(number) : refuse("a number", value);
}

function array(value: unknown): unknown[] {
  return Array.isArray(value) ? value : refuse("an array", value);
}

function object(value: unknown): Record<string, unknown> {
  return isDataObject(value) ? value : refuse("an object", value);
}

function refuse(expected: string, value: unknown): never {
  throw new BadArgument(`Expected ${expected}, but was: ${JSON.stringify(value)}`);
}

function short(value: string): string {
  if (value.length > LONGEST_TEXT) throw new BadArgument(`The string exceeds ${LONGEST_TEXT} characters`);
  return value;
}

function format(template: string, values: unknown[]): string {
  let used = 0;
  const formatted = template.replace(/\\(['{}\\])|\{\}/g, (_match, escaped: string | undefined) =>
    escaped === undefined ? javaText(values[used++] ?? null) : escaped,
  );
  if (used !== values.length) {
    throw new BadArgument(`The template has ${used} placeholders for ${values.length} values`);
  }
  return formatted;
}

/** As Java prints a value: `{Arg1=1, Arg2=[]}` (recorded on AWS). */
function javaText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(javaText).join(", ")}]`;
  if (isDataObject(value)) {
    return `{${Object.entries(value)
      .map(([name, field]) => `${name}=${javaText(field)}`)
      .join(", ")}}`;
  }
  return isRawNumber(value) ? value.rawJSON : String(value);
}

function parseJson(value: string): unknown {
  if (value.trim() === "") return null;
  try {
    return parseData(value);
  } catch (error) {
    throw new BadArgument(`The string is not JSON: ${(error as Error).message}`);
  }
}

function partition(items: unknown[], size: number): unknown[][] {
  if (size < 1) throw new BadArgument(`The chunk size must be a positive integer, but was: ${size}`);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, chunk) =>
    items.slice(chunk * size, (chunk + 1) * size),
  );
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new BadArgument("The increment must not be zero");
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > LONGEST_RANGE) throw new BadArgument(`The array would exceed ${LONGEST_RANGE} items`);
  return Array.from({ length }, (_, index) => first + index * step);
}

function itemAt(items: unknown[], index: number): unknown {
  if (index < 0 || index >= items.length) {
    throw new BadArgument(`The index ${index} is out of bounds for an array of length ${items.length}`);
  }
  return items[index];
}

function unique(items: unknown[]): unknown[] {
  return items.filter(
    (item, index) => items.findIndex((other) => isDeepStrictEqual(plain(other), plain(item))) === index,
  );
}

function decode(value: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw new BadArgument("The string is not Base64");
  return Buffer.from(value, "base64").toString();
}

function digest(value: unknown, algorithm: string): string {
  const data = short(asText(value));
  const digested = hash(data, algorithm);
  if (digested === undefined) {
    throw new BadArgument(`Unknown algorithm '${algorithm}'; it must be one of ${HASH_ALGORITHMS}`);
  }
  return digested;
}

function merge(left: object, right: object, deep: unknown): object {
  if (deep !== false)
    throw new BadArgument("Only shallow merging is supported: the third argument must be false");
  return { ...left, ...right };
}

function between(start: number, end: number, random: { fraction(): number }): number {
  if (start >= end) throw new BadArgument(`The start ${start} must be less than the end ${end}`);
  return start + Math.floor(random.fraction() * (end - start));
}

/** Each character of `delimiters` splits; empty pieces are left out. */
function split(value: string, delimiters: string): string[] {
  const pieces = [""];
  for (const character of value) {
    if (delimiters.includes(character)) pieces.push("");
    else pieces[pieces.length - 1] += character;
  }
  return pieces.filter((piece) => piece !== "");
}
