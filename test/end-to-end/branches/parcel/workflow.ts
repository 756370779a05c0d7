import { defineWorkflow, type WorkflowBuilder } from "../../../../lib/index.ts";
import { label, ParcelReady, pack, send, stamp, unpack, weigh } from "../../parcels/steps.ts";

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
