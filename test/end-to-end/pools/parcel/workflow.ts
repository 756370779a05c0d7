import { defineWorkflow, text } from "../../../../lib/index.ts";
import { handOut, label, ParcelReady, pack, unpack, weigh } from "../../parcels/steps.ts";

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
