import * as z from "zod";
import { defineEvent, defineReaction } from "../../../lib/index.ts";

/** What comes too often for an execution of each: a reading, a reaction to it, and what that reports. */
export const MeterRead = defineEvent("meter.read", {
  version: 1,
  schema: z.object({ id: z.string(), kilowatts: z.number() }),
  identity: (reading) => reading.id,
});

export const noteReading = defineReaction("note-reading", {
  on: MeterRead,
  timeout: "20 seconds",
  delivery: { ledger: "none" },
});
