import * as z from "zod";
import { Time } from "./common.ts";

/** A recent change: the data of a live update is a list of these. */
export const FeedChange = z
  .object({
    name: z.string().meta({ description: "Name of the event of the change" }),
    at: Time,
    run: z.string().optional(),
    workflow: z.string().optional(),
    status: z.string().optional().meta({ description: "Status of the run, if it changed" }),
    path: z.string().optional(),
  })
  .meta({ id: "FeedChange" });
export type FeedChange = z.infer<typeof FeedChange>;
