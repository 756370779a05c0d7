import * as z from "zod";
import { defineEvent, defineWorkflow, type WorkflowBuilder } from "../../../../lib/index.ts";
import { label, pack, stamp, unpack } from "../../parcels/steps.ts";

/** What goes wrong with a box, at which step. */
const Box = z.object({ id: z.string(), trouble: z.string().optional(), at: z.string().optional() });

const ParcelReady = defineEvent("parcel.ready", {
  version: 1,
  schema: z.object({ id: z.string(), boxes: z.array(Box).max(8) }),
  identity: (parcel) => parcel.id,
});

/** pack ──▶ for each box: label ──▶ stamp */
const run = (apart: boolean) => (w: WorkflowBuilder, parcel: any) => {
  const packed = w.step(pack, { parcel: { id: parcel.id } }, { undo: unpack, apart: true });
  const boxes = w.each(
    parcel.boxes,
    (box: any, number) => {
      const labelled = w.step(label, { parcel: box, so: packed.so }, { undo: unpack });
      const stamped = w.step(stamp, { parcel: box, so: labelled.so }, { undo: unpack });
      return { so: stamped.so, box: box.id, number };
    },
    { as: "boxes", apart },
  );
  return { packed: packed.so, boxes };
};

/** The same list in one message, and as a Map. */
const definition = { on: ParcelReady, deadline: "1 hour" } as const;
export const sendListed = defineWorkflow("send-listed", { ...definition, run: run(false) });
export const sendMapped = defineWorkflow("send-mapped", { ...definition, run: run(true) });
