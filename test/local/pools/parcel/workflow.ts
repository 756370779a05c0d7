import * as z from "zod";
import { defineEvent, definePool, defineStep, defineWorkflow, text } from "../../../../lib/index.ts";

/** What goes wrong, at which step. */
const Parcel = z.object({ id: z.string(), trouble: z.string().optional(), at: z.string().optional() });

export const ParcelReady = defineEvent("parcel.ready", {
  version: 1,
  schema: Parcel,
  identity: (parcel) => parcel.id,
});

const counter = definePool("counter", { concurrency: 4, memory: 256, batch: 5 });
const options = {
  input: z.object({ parcel: Parcel, so: z.string().optional() }),
  output: z.object({ so: z.string() }),
  timeout: "10 seconds",
  retry: { attempts: 3, backoff: "2 seconds" },
  pool: counter,
} as const;

export const pack = defineStep("pack", options);
export const weigh = defineStep("weigh", options);
export const label = defineStep("label", options);
export const handOut = defineStep("hand-out", options);
export const unpack = defineStep("unpack", {
  ...options,
  input: z.object({ input: options.input, output: options.output }),
});

/** Three neighbours in one message, and one whose input the state machine computes. */
export const sendParcel = defineWorkflow("send-parcel", {
  on: ParcelReady,
  run: (w, parcel) => {
    const packed = w.step(pack, { parcel }, { undo: unpack });
    const weighed = w.step(weigh, { parcel, so: packed.so }, { undo: unpack });
    const labelled = w.step(label, { parcel, so: weighed.so });
    return w.step(handOut, { parcel, so: text`${labelled.so}, at the door` });
  },
});

export const steps = [pack, weigh, label, handOut, unpack] as const;
