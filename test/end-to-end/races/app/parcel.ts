import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow } from "../../../../lib/index.ts";

const parcel = { parcel: z.string() };
const about = z.object(parcel);

export const ParcelAccepted = defineEvent("parcel.accepted", {
  version: 1,
  schema: about,
  identity: (event) => event.parcel,
});

export const ParcelPickedUp = defineEvent("parcel.picked-up", {
  version: 1,
  schema: z.object({ ...parcel, by: z.string() }),
  key: (event) => event.parcel,
});

export const ParcelDelivered = defineEvent("parcel.delivered", {
  version: 1,
  schema: about,
  key: (event) => event.parcel,
});

export const InsuranceWanted = defineEvent("insurance.wanted", { version: 1, schema: about });

const Booking = z.object({ booking: z.string() });
const retry = { attempts: 3, backoff: "2 seconds" } as const;
const step = { input: about, output: Booking, timeout: "10 seconds", retry } as const;
const undo = {
  input: z.object({ input: about, output: Booking }),
  output: z.null(),
  timeout: "10 seconds",
  retry,
} as const;

export const bookPlane = defineStep("book-plane", step);
export const cancelPlane = defineStep("cancel-plane", undo);
export const loadPlane = defineStep("load-plane", step);
export const clearHold = defineStep("clear-hold", undo);
export const bookShip = defineStep("book-ship", step);
export const cancelShip = defineStep("cancel-ship", undo);
export const cover = defineStep("cover", step);
export const cancelInsurance = defineStep("cancel-insurance", undo);
export const notify = defineStep("notify", {
  ...step,
  input: z.object({ ...parcel, winner: z.string() }),
});

/** Lasts until the parcel is delivered. */
export const insureParcel = defineWorkflow("insure-parcel", {
  on: InsuranceWanted,
  deadline: "10 days",
  run: (w, { parcel }) => {
    const insured = w.step(cover, { parcel }, { undo: cancelInsurance });
    w.waitFor(ParcelDelivered, { key: parcel, after: [insured] });
    return insured;
  },
});

/** By plane, by ship with the consent of customs and an insurance, or by the customer: whichever is first. */
export const sendParcel = defineWorkflow("send-parcel", {
  on: ParcelAccepted,
  deadline: "2 days",
  run: (w, { parcel }) => {
    const first = w.race(
      {
        byAir: () => {
          const booked = w.step(bookPlane, { parcel }, { undo: cancelPlane });
          return w.step(loadPlane, { parcel }, { undo: clearHold, after: [booked] });
        },
        bySea: () => {
          const booked = w.step(bookShip, { parcel }, { undo: cancelShip });
          w.approval("customs", { show: { parcel }, after: [booked] });
          w.child(insureParcel, { parcel }, { as: "insurance", after: [booked] });
          return booked;
        },
        pickedUp: () =>
          w.waitFor(ParcelPickedUp, { as: "pick-up", key: parcel, within: "1 hour", otherwise: "fail" }),
      },
      { as: "first" },
    );
    w.step(notify, { parcel, winner: first.winner });
    return first;
  },
});

export const workflows = [sendParcel, insureParcel];
export const steps = [
  bookPlane,
  cancelPlane,
  loadPlane,
  clearHold,
  bookShip,
  cancelShip,
  cover,
  cancelInsurance,
  notify,
];
