import * as z from "zod";
import { Anything, Time } from "./common.ts";

/** Where a step failed, in the project's code. */
export const FailureLocation = z
  .string()
  .optional()
  .meta({ description: "Where the step's code threw it: file:line:column" });

export const StepFailure = z
  .object({
    name: z.string(),
    message: z.string(),
    location: FailureLocation,
    stack: z.string().optional().meta({ description: "Places in the project's code, innermost first" }),
    code: z.string().optional().meta({ description: "The code around the location, in the local cloud" }),
  })
  .meta({ id: "StepFailure" });
export type StepFailure = z.infer<typeof StepFailure>;

const AttemptView = z.object({
  attempt: z.int(),
  startedAt: Time,
  endedAt: Time.optional(),
  failure: StepFailure.optional(),
});

export const StepView = z
  .object({
    path: z.string(),
    step: z.string(),
    direction: z.enum(["do", "undo"]),
    state: z.enum(["running", "failed", "done", "stopped", "deferred"]).meta({
      description: "stopped: the run ended before the step did",
    }),
    attempt: z.int(),
    queuedAt: Time.optional(),
    startedAt: Time.optional(),
    endedAt: Time.optional(),
    failure: StepFailure.optional(),
    result: Anything.optional(),
    reusedFrom: z.int().optional().meta({ description: "The earlier epoch that completed it, if any" }),
    costUsd: z.number().optional(),
    attempts: z.array(AttemptView),
  })
  .meta({ id: "StepView" });
export type StepView = z.infer<typeof StepView>;
