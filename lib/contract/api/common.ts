import * as z from "zod";

/** An ISO time: "2026-03-01T12:00:00.000Z". */
export const Time = z.iso.datetime().meta({ description: "ISO time, in UTC" });

/** What answers carry that no schema of ours describes: payloads, results, outputs. */
export const Anything = z.unknown().meta({ description: "Whatever it is" });
export const Fields = z.record(z.string(), z.unknown());

/** How every refusal is answered. */
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
        .meta({ description: "What kind of refusal it is" }),
      message: z.string().meta({ description: "What was wrong, and what to do" }),
      path: z.string().optional().meta({ description: "The field that was wrong: body.why" }),
      findings: z
        .array(z.object({ path: z.string(), message: z.string(), value: z.string().optional() }))
        .optional()
        .meta({ description: "All that is wrong with a payload" }),
    }),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;

/** A part of a list, with where the next begins: absent at the end. A part may be empty and have a next one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().optional().meta({ description: "Give it as cursor to get what follows" }),
  });
}
export interface Page<Item> {
  items: Item[];
  next?: string | undefined;
}

/** How much of a list is wanted. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: "At most so many" }),
  cursor: z.string().max(2_000).optional().meta({ description: "As next of an earlier answer" }),
});

const Why = z.string().trim().min(1).max(1_000).meta({ description: "Why, as the history will tell" });
/** What every change says of itself. Who wants it is who is signed in. */
export const Said = z.object({ why: Why });

/** What became of an order. */
export const Outcome = z
  .object({
    done: z.boolean(),
    says: z.string().meta({ description: "What was done, or what was wrong and what to do" }),
    run: z.string().optional().meta({ description: "The run that it was about" }),
    replay: z.string().optional().meta({ description: "The replay that it began" }),
  })
  .meta({ id: "Outcome" });
export type Outcome = z.infer<typeof Outcome>;

/** Somebody's order that stands. */
export const OrderView = z.object({ by: z.string(), why: z.string(), at: Time }).meta({ id: "Order" });
export type OrderView = z.infer<typeof OrderView>;

/** How full a queue is. */
export const QueueState = z
  .object({
    backlog: z.int().meta({ description: "Messages that wait" }),
    inFlight: z.int().meta({ description: "Messages that are worked on" }),
    delayed: z.int().meta({ description: "Messages that are not due yet" }),
    oldestSeconds: z.number().optional().meta({
      description: "Age of the oldest, as CloudWatch knew it a few minutes ago; absent where it knows none",
    }),
    dead: z.int().meta({ description: "Messages that were given up" }),
  })
  .meta({ id: "QueueState" });
export type QueueState = z.infer<typeof QueueState>;
