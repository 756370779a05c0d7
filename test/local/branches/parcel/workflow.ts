import * as z from "zod";
import {
  defineEvent,
  definePool,
  defineStep,
  defineWorkflow,
  type WorkflowBuilder,
} from "../../../../lib/index.ts";

/** What goes wrong, at which steps. */
const Parcel = z.object({
  id: z.string(),
  trouble: z.string().optional(),
  at: z.string().optional(),
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
export const unpack = defineStep("unpack", {
  ...options,
  input: z.object({ input: options.input, output: options.output }),
});

/**
 *     pack ──▶ label ──▶ stamp ──▶ send
 *       └──▶ weigh ────────────────▶┘
 */
const run = (apart: boolean) => (w: WorkflowBuilder, parcel: any) => {
  const packed = w.step(pack, { parcel }, { undo: unpack, apart });
  const labelled = w.step(label, { parcel, so: packed.so }, { undo: unpack, apart });
  const stamped = w.step(stamp, { parcel, so: labelled.so }, { apart });
  const weighed = w.step(weigh, { parcel, so: packed.so }, { undo: unpack, apart });
  const sent = w.step(send, { parcel, so: stamped.so, also: weighed.so }, { apart });
  return { so: sent.so, weighed };
};

/** The same definition in one message, without an execution, and as a Parallel of single steps. */
const definition = { on: ParcelReady, deadline: "1 hour" } as const;
export const sendFused = defineWorkflow("send-fused", { ...definition, run: run(false) });
export const sendExpress = defineWorkflow("send-express", { ...definition, run: run(false), express: true });
export const sendApart = defineWorkflow("send-apart", { ...definition, run: run(true) });
