import * as z from "zod";
import { defineEvent } from "../../../../lib/index.ts";

const order = { orderId: z.string() };

export const OrderPlaced = defineEvent("order.placed", {
  version: 1,
  schema: z.object({ ...order, address: z.string() }),
  identity: ({ orderId }) => orderId,
});

export const OrderPaid = defineEvent("order.paid", {
  version: 1,
  schema: z.object({ ...order, amount: z.number() }),
  key: ({ orderId }) => orderId,
});

export const OrderCancelled = defineEvent("order.cancelled", {
  version: 1,
  schema: z.object(order),
  key: ({ orderId }) => orderId,
});

export const BooksOpened = defineEvent("books.opened", {
  version: 1,
  schema: z.object(order),
  identity: ({ orderId }) => orderId,
});

export const ParcelWanted = defineEvent("parcel.wanted", {
  version: 1,
  schema: z.object({ parcelId: z.string(), address: z.string().min(3) }),
});

export const ReportWanted = defineEvent("report.wanted", {
  version: 1,
  schema: z.object({ reportId: z.string() }),
  identity: ({ reportId }) => reportId,
});

export const CorrectionWanted = defineEvent("correction.wanted", {
  version: 1,
  schema: z.object(order),
  identity: ({ orderId }) => orderId,
});

/** A signal: it has no key, and is sent to one run. */
export const AddressCorrected = defineEvent("address.corrected", {
  version: 1,
  schema: z.object({ street: z.string() }),
});

/** Published by an outside service, about the job that it was given. */
export const PrintFinished = defineEvent("print.finished", {
  version: 1,
  schema: z.object({ jobId: z.string(), pages: z.int() }),
  key: ({ jobId }) => jobId,
});
