import * as z from "zod";
import { defineEvent, definePool, defineStep } from "../../../lib/index.ts";

/** The steps of which the workflows of parcels are made, all in one pool; `handle.ts` is what they do. */

/** What goes wrong, at which step. */
const Parcel = z.object({
  id: z.string(),
  trouble: z.string().optional(),
  at: z.string().optional(),
  note: z.string().optional(),
});

export const ParcelReady = defineEvent("parcel.ready", {
  version: 1,
  schema: Parcel,
  identity: (parcel) => parcel.id,
});

const counter = definePool("counter", { concurrency: 4, memory: 256, batch: 5 });
const options = {
  input: z.object({ parcel: Parcel, so: z.string().optional(), also: z.string().optional() }),
  output: z.object({ so: z.string() }),
  timeout: "10 seconds",
  retry: { attempts: 3, backoff: "2 seconds" },
  pool: counter,
} as const;

export const pack = defineStep("pack", options);
export const weigh = defineStep("weigh", options);
export const label = defineStep("label", options);
export const stamp = defineStep("stamp", options);
export const send = defineStep("send", options);
export const handOut = defineStep("hand-out", options);
export const unpack = defineStep("unpack", {
  ...options,
  input: z.object({ input: options.input, output: options.output }),
});
