import * as z from "zod";

/** An ISO time: "2026-03-01T12:00:00.000Z". */
export const Time = z.iso.datetime().meta({ description: "ISO time, in UTC" });

/** Values without a schema of Millrace's: payloads, results, outputs. */
export const Anything = z.unknown().meta({ description: "Any value" });
export const Fields = z.record(z.string(), z.unknown());

/** The body of every error response. */
export const Problem = z
  .object({
    error: z.object({
      code: z
        .enum([
          "bad-request",
          "unauthenticated",
          "forbidden",
          "not-found",
          "conflict",
          "invalid",
          "too-large",
          "internal",
        ])
        .meta({ description: "Kind of error" }),
      message: z.string().meta({ description: "What is wrong, and what to do" }),
      path: z.string().optional().meta({ description: "The invalid field, for example body.why" }),
      findings: z
        .array(z.object({ path: z.string(), message: z.string(), value: z.string().optional() }))
        .optional()
        .meta({ description: "All errors in a payload" }),
    }),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;

/**
 * A part of a list, with where the next begins: absent at the end. A part may be empty and have a next one.
 */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().optional().meta({ description: "Use as cursor to get the next page" }),
  });
}
export interface Page<Item> {
  items: Item[];
  next?: string | undefined;
}

/** The requested part of a list. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: "Maximum number of items" }),
  cursor: z.string().max(2_000).optional().meta({ description: "The value of next in an earlier response" }),
});

const Why = z.string().trim().min(1).max(1_000).meta({ description: "Reason, recorded in the history" });
/** Fields of every change. The signed-in user is added by the API. */
export const Said = z.object({ why: Why });

/** The result of a command. */
export const Outcome = z
  .object({
    done: z.boolean(),
    says: z.string().meta({ description: "What was done, or what is wrong and what to do" }),
    run: z.string().optional().meta({ description: "The run of the action" }),
    replay: z.string().optional().meta({ description: "The replay that was started" }),
  })
  .meta({ id: "Outcome" });
export type Outcome = z.infer<typeof Outcome>;

/** An operator action in effect. */
export const ActionView = z
  .object({ by: z.string(), why: z.string(), at: Time })
  .meta({ id: "OperatorAction" });
export type ActionView = z.infer<typeof ActionView>;

/** The number of messages in a queue. */
export const QueueState = z
  .object({
    backlog: z.int().meta({ description: "Visible messages" }),
    inFlight: z.int().meta({ description: "Messages in flight" }),
    delayed: z.int().meta({ description: "Delayed messages" }),
    oldestSeconds: z.number().optional().meta({
      description: "Age of the oldest message, from CloudWatch, some minutes old; absent if unknown",
    }),
    dead: z.int().meta({ description: "Dead letters" }),
  })
  .meta({ id: "QueueState" });
export type QueueState = z.infer<typeof QueueState>;
