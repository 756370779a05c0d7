import * as z from "zod";
import { Fields, Time } from "./common.ts";

export const LogEntry = z
  .object({
    id: z.string(),
    at: Time,
    name: z.string().meta({ description: "Name of the event, for example step.completed" }),
    source: z.string(),
    epoch: z.int(),
    path: z.string().optional(),
    causation: z.string().optional(),
    data: Fields,
  })
  .meta({ id: "LogEntry" });
export type LogEntry = z.infer<typeof LogEntry>;

/** The runs and events that one outside event led to. */
export const Correlation = z
  .object({
    runs: z.array(z.string()),
    items: z.array(LogEntry.extend({ run: z.string() })),
    more: z
      .boolean()
      .optional()
      .meta({ description: "Whether there are more entries: the log of each run is complete" }),
  })
  .meta({ id: "Correlation" });
export type Correlation = z.infer<typeof Correlation>;
