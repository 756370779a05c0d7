import type { OpenAPIHono } from "@hono/zod-openapi";
import * as z from "zod";
import { type Outcome, Problem } from "../../../lib/contract/api/index.ts";
import { type CommandOutcome, LONGEST_KEY } from "../../../lib/contract/messages/command.ts";
import type { Authorizer, Principal } from "./auth.ts";
import { ApiError } from "./errors.ts";

/** The context that API Gateway passes with a request. */
export interface Bindings {
  event?: { requestContext: { authorizer?: Authorizer | undefined } };
}

/** The routes under /api, and the same under /iam. */
export type Api = OpenAPIHono<{ Bindings: Bindings; Variables: { principal: Principal } }>;

/** An answer of JSON. */
export function answer<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } };
}

const REFUSALS = {
  400: "The request is not valid",
  401: "Not signed in",
  403: "The role does not allow it",
  404: "Not found",
  409: "The current state does not allow it",
  413: "The request is too large",
  422: "A payload breaks its contract",
} as const;

type Refused = keyof typeof REFUSALS;

/** The errors that a route may return in addition to those of every route. */
export function refusals<const Statuses extends Refused[]>(...statuses: Statuses) {
  const all = [...new Set<Refused>([400, 401, 403, ...statuses])];
  return Object.fromEntries(all.map((status) => [status, answer(Problem, REFUSALS[status])])) as Record<
    400 | 401 | 403 | Statuses[number],
    ReturnType<typeof answer<typeof Problem>>
  >;
}

/** A JSON body, which is required. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } };
}

/** Every change has an idempotency key, in case it is sent twice. */
export const ONCE = z.object({
  "idempotency-key": z
    .string(
      "the header is missing. Send one: a text of your choice that is the same when you repeat the request",
    )
    .trim()
    .min(1)
    .max(LONGEST_KEY)
    .meta({ description: "The same change again under the same key does nothing" }),
});

/** A name in a path. */
export function named<const Names extends string>(...names: Names[]) {
  return z.object(Object.fromEntries(names.map((name) => [name, z.string().max(1_000)]))) as z.ZodObject<
    Record<Names, z.ZodString>
  >;
}

/** The result, or an error that says why nothing was done. */
export function carriedOut(outcome: CommandOutcome): Outcome {
  if (!outcome.done) throw new ApiError("conflict", outcome.says);
  return outcome;
}
