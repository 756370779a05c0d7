import * as z from "zod";
import {
  defineEvent,
  definePool,
  defineStep,
  defineWorkflow,
  type WorkflowBuilder,
} from "../../../../lib/index.ts";

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
  input: z.object({ parcel: Parcel, so: z.string().optional() }),
  output: z.object({ so: z.string() }),
  timeout: "10 seconds",
  retry: { attempts: 3, backoff: "2 seconds" },
  pool: counter,
} as const;

export const pack = defineStep("pack", options);
export const weigh = defineStep("weigh", options);
export const label = defineStep("label", options);
export const unpack = defineStep("unpack", {
  ...options,
  input: z.object({ input: options.input, output: options.output }),
});

const run = (w: WorkflowBuilder, parcel: any) => {
  const packed = w.step(pack, { parcel }, { undo: unpack });
  const weighed = w.step(weigh, { parcel, so: packed.so }, { undo: unpack });
  const labelled = w.step(label, { parcel, so: weighed.so });
  return {
    so: labelled.so,
    id: parcel.id,
    note: parcel.note,
    steps: [packed, { weighed }],
    says: "{% so %}",
  };
};

/** The same definition twice: with an execution, and without. */
const definition = { on: ParcelReady, deadline: "1 hour", run } as const;
export const sendParcel = defineWorkflow("send-parcel", definition);
export const sendExpress = defineWorkflow("send-express", { ...definition, express: true });
