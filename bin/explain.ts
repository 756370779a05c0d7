import { sep } from "node:path";
import type { NotPublished } from "../lambdas/runtime/publish/publish.ts";
import type { EventContract } from "../lib/contract/event.ts";
import { placeOfMistake } from "./place.ts";
import { LOCAL_CLOUD } from "./self.ts";

/** An error of the user: the message says what was wrong and what to do. */
export class UsageError extends Error {}

/** The message for a file that a command needs; `what` names it: "The file order.json". */
export function unreadable(what: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ENOENT"
    ? `${what} does not exist. Check its path.`
    : `${what} cannot be read: ${message}.`;
}

/** "workflows/shop.ts:12:5: <what is wrong>", with paths in the folder in which a command runs. */
export function located(place: string, message: string): string {
  return `${place}: ${message}`.replaceAll(process.cwd() + sep, "");
}

/** An event with its version, for messages. */
export function nameOf({ name: event, version }: Pick<EventContract, "name" | "version">): string {
  return `${event} (version ${version})`;
}

/** An error as one message, without a stack. */
export function explain(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  const { name, message, code, place } = error as Error & { code?: string; place?: string };
  if (name === "DefinitionError" && place !== undefined) return located(place, message);
  if (code === "ECONNREFUSED") {
    return `Cannot reach ${process.env.AWS_ENDPOINT_URL}. Start the local cloud with "${LOCAL_CLOUD}", set its address with --endpoint, or use --aws for your account.`;
  }
  if (message === "Region is missing") {
    return 'No AWS region is set. Set AWS_REGION, or "region" in the profile that you use.';
  }
  if (name === "CredentialsProviderError" || name === "ExpiredTokenException") {
    return `AWS did not accept your credentials: ${message} Sign in (for example with "aws sso login") and try again.`;
  }
  if (name === "ValidationError" && /does not exist/.test(message)) {
    return `${message}. Deploy it first, or choose another stack with --stack.`;
  }
  if (name === "NotPublished") {
    const [first] = (error as NotPublished).undelivered;
    return `The bus rejected the event ${nameOf(first!)}. Try again. If it happens again, check the metrics of the bus.`;
  }
  const mistake = error instanceof Error ? placeOfMistake(error) : undefined;
  return mistake === undefined ? message || String(error) : located(mistake, message);
}
