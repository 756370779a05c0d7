import { defineWorkflow, type WorkflowBuilder } from "../../../../lib/index.ts";
import { label, ParcelReady, pack, unpack, weigh } from "../../parcels/steps.ts";

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
