import { jsonProblem } from "../../kernel/json-problem.ts";
import { parseData } from "../numbers.ts";
import { refusals } from "./errors.ts";

const NAME = /^[^\s\p{Cc}<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/u;

/** A name of a state machine, execution or activity. */
export function checkName(name: unknown): string {
  if (typeof name !== "string" || !NAME.test(name)) throw refusals.invalidName(name);
  return name;
}

/** A required member. */
export function required(input: Record<string, unknown>, member: string): string {
  const value = input[member];
  if (typeof value === "string") return value;
  throw refusals.validation(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

/** An ARN of this service, of one of the given resource types. */
export function checkArn(input: Record<string, unknown>, member: string, ...types: string[]): string {
  const arn = required(input, member);
  const [prefix, , service, , , type] = arn.split(":");
  if (prefix !== "arn" || service !== "states") throw refusals.invalidArn(`Invalid ARN prefix: ${arn}`);
  if (!types.includes(type!)) throw refusals.invalidArn(`Resource type not valid in this context: ${type}`);
  return arn;
}

/** Refuses parameters of an operation that the local cloud does not serve, by name. */
export function refuseUnserved(input: Record<string, unknown>, ...members: string[]): void {
  for (const member of members) {
    if (input[member] !== undefined)
      throw refusals.validation(`The local cloud does not serve the parameter ${member}.`);
  }
}

/** The text as JSON. Otherwise throws what `refuse` returns for the reason. */
export function parseJson(text: string, refuse: (problem: string) => Error): unknown {
  try {
    return parseData(text);
  } catch {
    throw refuse(jsonProblem(text).message);
  }
}

/** A member that, where it is given, has one of these values. */
export function checkOneOf(input: Record<string, unknown>, member: string, values: string[]): void {
  const value = input[member];
  if (value === undefined || values.includes(value as string)) return;
  throw refusals.validation(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${values.join(", ")}]`,
  );
}

const LARGEST_PAGE = 1_000;
const USUAL_PAGE = 100;
const LONGEST_TOKEN = 1_024;

/** The number of results on a page. */
export function pageSize(input: { maxResults?: number }): number {
  const size = input.maxResults ?? 0;
  if (!Number.isInteger(size)) {
    throw refusals.validation(`Value '${JSON.stringify(size)}' at 'maxResults' must be a whole number.`);
  }
  if (size < 0 || size > LARGEST_PAGE) {
    throw refusals.validation(
      `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: ` +
        `Member must have value ${size < 0 ? "greater than or equal to 0" : `less than or equal to ${LARGEST_PAGE}`}`,
    );
  }
  return size === 0 ? USUAL_PAGE : size;
}

/**
 * Where a page begins, as an earlier answer's nextToken says; undefined for the first page. A token is refused that is
 * longer than `most` characters, or none of ours.
 */
export function pageStart(input: { nextToken?: string }, most = LONGEST_TOKEN): string | undefined {
  if (input.nextToken === undefined) return undefined;
  if (input.nextToken.length > most) {
    throw refusals.validation(
      `1 validation error detected: Value '${input.nextToken}' at 'nextToken' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${most}`,
    );
  }
  const start = Buffer.from(input.nextToken, "base64url").toString();
  if (!start.startsWith("from:")) throw refusals.invalidToken();
  return start.slice("from:".length);
}

export function pageToken(start: string | number): string {
  return Buffer.from(`from:${start}`).toString("base64url");
}

/** A page of a list that is sorted by `key`, the keys being texts. */
export function page<Item>(
  items: Item[],
  input: { maxResults?: number; nextToken?: string },
  key: (item: Item) => string,
): { items: Item[]; nextToken?: string } {
  const start = pageStart(input);
  const size = pageSize(input);
  const rest = start === undefined ? items : items.slice(items.findIndex((item) => key(item) === start) + 1);
  const chosen = rest.slice(0, size);
  return rest.length > size
    ? { items: chosen, nextToken: pageToken(key(chosen.at(-1)!)) }
    : { items: chosen };
}
