import { readFileSync } from "node:fs";
import { describeFindings, validate } from "../lambdas/runtime/events/validation.ts";
import type { EventContract } from "../lib/contract/event.ts";
import { isObject } from "../lib/contract/is-object.ts";
import { nameOf, UsageError, unreadable } from "./explain.ts";

const NOTHING_SENT = " Nothing was sent.";

/** Reads a payload from JSON, a @file or standard input (-), and checks it against its contract. */
export async function readPayload(contract: EventContract, argument: string): Promise<unknown> {
  const { text, origin } = readText(argument, NOTHING_SENT);
  const value = parse(text, origin);
  const checked = await validate(contract.schema, value);
  if (checked.valid) return value;
  throw new UsageError(
    `The payload breaks the contract of ${nameOf(contract)}.${NOTHING_SENT}\n${checked.findings
      .map(
        (finding) =>
          `  ${describeFindings([finding])}${finding.value === undefined ? "" : ` (value: ${finding.value})`}`,
      )
      .join("\n")}`,
  );
}

/** Reads an object from JSON, a @file or standard input (-). */
export function readObject(argument: string): Record<string, unknown> {
  const { text, origin } = readText(argument, NOTHING_SENT);
  const value = parse(text, origin);
  if (isObject(value)) return value;
  throw new UsageError(`${origin} is not a JSON object.${NOTHING_SENT}`);
}

/** Reads a text from a @file, standard input (-), or the argument itself. `outcome`: what an error ends with. */
export function readText(argument: string, outcome = ""): { text: string; origin: string } {
  if (argument === "-") return { text: readFileSync(0, "utf8"), origin: "Standard input" };
  if (!argument.startsWith("@")) return { text: argument, origin: "The payload" };
  try {
    return { text: readFileSync(argument.slice(1), "utf8"), origin: argument.slice(1) };
  } catch (error) {
    throw new UsageError(`${unreadable(`The file ${argument.slice(1)}`, error)}${outcome}`);
  }
}

function parse(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `${origin} is not JSON: ${(error as Error).message}.${NOTHING_SENT} In a shell, put the JSON in single quotes, or use @file.`,
    );
  }
}
