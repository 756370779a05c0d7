import * as z from "zod";
import { defineStep, defineWorkflow, exists } from "../../../../lib/index.ts";
import {
  AddressCorrected,
  BooksOpened,
  CorrectionWanted,
  OrderCancelled,
  OrderPaid,
  OrderPlaced,
  ParcelWanted,
  PrintFinished,
  ReportWanted,
} from "./events.ts";

export const ship = defineStep("ship", {
  input: z.object({ address: z.string() }),
  output: z.object({ tracking: z.string() }),
  timeout: "1 minute",
  retry: { attempts: 1, backoff: "1 second" },
});

export const startPrint = defineStep("start-print", {
  input: z.object({ reportId: z.string() }),
  output: z.object({ jobId: z.string() }),
  timeout: "1 minute",
});

/** Called by the order's workflow. */
export const shipParcel = defineWorkflow("ship-parcel", {
  on: ParcelWanted,
  run: (w, parcel) => ({ tracking: w.step(ship, { address: parcel.address }).tracking }),
});

/** Waits a day for the money, then ships, unless the customer cancels. */
export const fulfilOrder = defineWorkflow("fulfil-order", {
  on: OrderPlaced,
  deadline: "30 days",
  cancelOn: [{ event: OrderCancelled, key: (order) => order.orderId }],
  run: (w, order) => {
    const payment = w.waitFor(OrderPaid, {
      as: "payment",
      key: order.orderId,
      within: "1 day",
      otherwise: "continue",
    });
    const parcel = w.when(exists(payment), () =>
      w.child(shipParcel, { parcelId: order.orderId, address: order.address }),
    );
    return { payment, parcel };
  },
});

/** Waits for two payments of the same order, like a bookkeeper. */
export const bookPayments = defineWorkflow("book-payments", {
  on: BooksOpened,
  deadline: "30 days",
  run: (w, books) => {
    const first = w.waitFor(OrderPaid, { as: "first", key: books.orderId });
    const second = w.waitFor(OrderPaid, { as: "second", key: books.orderId });
    return { first: first.amount, second: second.amount };
  },
});

/** Takes two signals, the second one after its work. */
export const correctAddress = defineWorkflow("correct-address", {
  on: CorrectionWanted,
  deadline: "30 days",
  run: (w) => {
    const first = w.waitForSignal(AddressCorrected, { as: "first" });
    const shipped = w.step(ship, { address: first.street }, { as: "ship-corrected" });
    const second = w.waitForSignal(AddressCorrected, {
      as: "second",
      after: [shipped],
      within: "1 day",
      otherwise: "continue",
    });
    return { first: first.street, second: second.street };
  },
});

/** Starts an external job, and waits for the event of its completion. */
export const printReport = defineWorkflow("print-report", {
  on: ReportWanted,
  run: (w, report) => {
    const { jobId } = w.step(startPrint, { reportId: report.reportId });
    const finished = w.waitFor(PrintFinished, { key: jobId, within: "3 days", otherwise: "fail" });
    return { pages: finished.pages };
  },
});

export const workflows = [fulfilOrder, bookPayments, shipParcel, printReport, correctAddress];
