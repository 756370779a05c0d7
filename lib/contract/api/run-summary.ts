import * as z from "zod";
import { PageQuery, Time } from "./common.ts";

const RunStatus = z.enum([
  "accepted",
  "running",
  "closing",
  "compensating",
  "succeeded",
  "failed",
  "timed-out",
  "terminated",
]);

export const Cost = z
  .object({
    usd: z.number().optional().meta({ description: "Spent so far" }),
    reservedUsd: z.number().optional().meta({ description: "Reserved for running steps" }),
    limitUsd: z.number().optional(),
    tokens: z.number().optional(),
  })
  .meta({ id: "Cost" });
export type Cost = z.infer<typeof Cost>;

export const AwaitedView = z
  .object({
    path: z.string(),
    for: z.string().meta({ description: "For example: a decision of editor, or order.paid of o1" }),
    by: z.enum(["person", "event", "run"]),
    since: Time,
    until: Time.optional(),
  })
  .meta({ id: "Awaited" });
export type AwaitedView = z.infer<typeof AwaitedView>;

export const RunSummary = z
  .object({
    run: z.string(),
    workflow: z.string(),
    epoch: z.int().meta({ description: "Number of retries and restarts, plus one" }),
    status: RunStatus,
    key: z.string().optional().meta({ description: "The subject of the run" }),
    acceptedAt: Time,
    endedAt: Time.optional(),
    error: z.string().optional().meta({ description: "Name of the error that ended it" }),
    failedStep: z.string().optional(),
    stuck: z.boolean().optional(),
    paused: z.boolean().optional(),
    waiting: z
      .array(AwaitedView)
      .optional()
      .meta({ description: "What it waits for, while no step of it runs. In lists only if asked for" }),
    cost: Cost.optional(),
  })
  .meta({ id: "RunSummary" });
export type RunSummary = z.infer<typeof RunSummary>;

/** The filters of a run list. All given filters must match. */
export const RunQuery = PageQuery.extend({
  workflow: z.string().optional(),
  status: z
    .enum(["open", ...RunStatus.options])
    .optional()
    .meta({ description: "open: all runs that have not ended" }),
  key: z.string().optional().meta({ description: "The subject, exact match" }),
  error: z.string().optional().meta({ description: "Part of the name of the error that ended it" }),
  step: z.string().optional().meta({ description: "The step that failed" }),
  from: Time.optional().meta({ description: "Accepted at this time or later" }),
  to: Time.optional().meta({ description: "Accepted at this time or earlier" }),
  waiting: z
    .enum(["true", "false"])
    .optional()
    .meta({ description: "true: say what each open run waits for, which reads their logs" }),
  text: z.string().max(200).optional().meta({ description: "Part of the id or of the subject" }),
});
