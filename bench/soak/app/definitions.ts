import * as z from "zod";
import {
  defineBreaker,
  defineEvent,
  definePool,
  defineReaction,
  defineStep,
  defineWorkflow,
  type Workflow,
} from "../../../lib/index.ts";

/**
 * The app of the soak: little work, and every mechanism that makes promises. Each workflow is small, so that a history that
 * fails is one that can be read.
 */

const id = z.string().min(1);
const About = z.object({ id });

const event = <const Name extends string>(name: Name) =>
  defineEvent(name, { version: 1, schema: About, identity: (about) => about.id, key: (about) => about.id });
const keyed = <const Name extends string>(name: Name) =>
  defineEvent(name, {
    version: 1,
    schema: z.object({ id, key: z.string() }),
    identity: (about) => about.id,
    key: (about) => about.key,
  });

export const TripRequested = event("trip.requested");
export const TripPaid = event("trip.paid");
export const TripCancelled = event("trip.cancelled");
export const TripDone = event("trip.done");
export const ParcelRequested = event("parcel.requested");
export const BoxesRequested = defineEvent("boxes.requested", {
  version: 1,
  schema: z.object({ id, boxes: z.array(About).max(4) }),
  identity: (about) => about.id,
  key: (about) => about.id,
});
export const ExpressRequested = keyed("express.requested");
export const TourRequested = event("tour.requested");
export const TurnRequested = keyed("turn.requested");
export const ShotRequested = keyed("shot.requested");
export const BurstRequested = keyed("burst.requested");
export const NoteSent = event("note.sent");
export const CrateRequested = event("crate.requested");
export const CrateFetched = event("crate.fetched");
export const PageChanged = keyed("page.changed");
export const PaymentRequested = event("payment.requested");
export const MinutesRequested = event("minutes.requested");
export const BellRequested = keyed("bell.requested");
/** A signal: its key is the run that it is sent to. */
export const RemarkMade = defineEvent("remark.made", {
  version: 1,
  schema: z.object({ remark: z.string() }),
});

export const airline = defineBreaker("airline", { failures: 2, cooldown: "20 seconds" });
export const post = defineBreaker("post", { failures: 3, cooldown: "20 seconds" });

const Booked = z.object({ ref: z.string() });
const work = {
  input: About,
  output: Booked,
  timeout: "20 seconds",
  retry: { attempts: 2, backoff: "2 seconds" },
} as const;
const undo = { ...work, input: z.object({ input: About, output: Booked }) };

export const bookHotel = defineStep("book-hotel", work);
export const cancelHotel = defineStep("cancel-hotel", undo);
/** Its effect may not happen twice: a person decides where it is in doubt. */
export const bookFlight = defineStep("book-flight", { ...work, onLeaseExpiry: "ask" });
export const cancelFlight = defineStep("cancel-flight", undo);
export const bookTrain = defineStep("book-train", { ...work, breaker: airline });
/** What it does may be done twice: only its end is written. */
export const bookBus = defineStep("book-bus", { ...work, repeatable: true });
export const charge = defineStep("charge", { ...work, emits: [TripDone] });
export const refund = defineStep("refund", undo);
export const visit = defineStep("visit", { ...work, breaker: airline });
export const leave = defineStep("leave", undo);
export const turn = defineStep("turn", work);
export const shoot = defineStep("shoot", work);
export const gather = defineStep("gather", { ...work, repeatable: true });
export const bookPlane = defineStep("book-plane", work);
export const cancelPlane = defineStep("cancel-plane", undo);
export const loadPlane = defineStep("load-plane", { ...work, breaker: airline });
export const unloadPlane = defineStep("unload-plane", undo);
export const bookShip = defineStep("book-ship", work);
export const cancelShip = defineStep("cancel-ship", undo);
export const label = defineStep("label", { ...work, input: z.object({ id: z.string(), way: z.string() }) });
export const index = defineStep("index", {
  ...work,
  input: z.object({ id: z.string(), pages: z.array(z.object({ id: z.string(), key: z.string() })).max(3) }),
});
export const pay = defineStep("pay", work);
export const payBack = defineStep("pay-back", undo);
export const listen = defineStep("listen", work);
export const ring = defineStep("ring", { ...work, retry: { ...work.retry, most: 4 } });

/** Steps that come in one message. */
const counter = definePool("counter", { concurrency: 4, batch: 3 });
const light = { ...work, timeout: "20 seconds", pool: counter } as const;
export const pack = defineStep("pack", light);
export const weigh = defineStep("weigh", {
  ...light,
  breaker: airline,
  retry: { attempts: 3, backoff: "2 seconds" },
});
export const stamp = defineStep("stamp", { ...light, repeatable: true });
export const handOut = defineStep("hand-out", { ...light, emits: [TripDone] });
export const unpack = defineStep("unpack", { ...undo, pool: counter });

/** A group of four steps, two of them at the same time, then one in a state of its own. */
export const sendParcel = defineWorkflow("send-parcel", {
  on: ParcelRequested,
  deadline: "4 hours",
  cancelOn: [{ event: TripCancelled, key: (parcel) => parcel.id }],
  run: (w, parcel) => {
    const packed = w.step(pack, { id: parcel.id }, { undo: unpack });
    const weighed = w.step(weigh, { id: packed.ref }, { undo: unpack });
    const stamped = w.step(stamp, { id: packed.ref });
    const handed = w.step(handOut, { id: parcel.id }, { after: [weighed, stamped], undo: unpack });
    w.step(stamp, { id: handed.ref }, { as: "last", apart: true });
  },
});

/** A list whose items are two chains of steps each, all in one message. */
export const sendBoxes = defineWorkflow("send-boxes", {
  on: BoxesRequested,
  deadline: "4 hours",
  cancelOn: [{ event: TripCancelled, key: (parcel) => parcel.id }],
  run: (w, parcel) => {
    const boxes = w.each(
      parcel.boxes,
      (box) => {
        const packed = w.step(pack, { id: box.id }, { undo: unpack });
        const weighed = w.step(weigh, { id: packed.ref }, { undo: unpack });
        const stamped = w.step(stamp, { id: box.id });
        const handed = w.step(handOut, { id: stamped.ref }, { after: [weighed], undo: unpack });
        return { id: box.id, ref: handed.ref };
      },
      { as: "boxes" },
    );
    w.step(stamp, { id: parcel.id }, { as: "last", after: [boxes] });
    return { boxes };
  },
});

/** The same steps one after another, without an execution, two runs of a key at once. */
export const sendExpress = defineWorkflow("send-express", {
  on: ExpressRequested,
  deadline: "1 hour",
  perKey: { atOnce: 2 },
  express: true,
  stepEvents: "logged",
  run: (w, parcel) => {
    const packed = w.step(pack, { id: parcel.id }, { undo: unpack });
    const weighed = w.step(weigh, { id: packed.ref }, { undo: unpack });
    const stamped = w.step(stamp, { id: weighed.ref });
    const franked = w.step(stamp, { id: stamped.ref }, { as: "franked" });
    const handed = w.step(handOut, { id: parcel.id }, { after: [franked], undo: unpack });
    return { ref: handed.ref, id: parcel.id, all: [packed, stamped] };
  },
});

/** A saga with a person, an event from outside, a budget, a breaker's fallback and a doubtful effect. */
export const planTrip = defineWorkflow("plan-trip", {
  on: TripRequested,
  deadline: "6 hours",
  budget: { usd: 0.5 },
  cancelOn: [{ event: TripCancelled, key: (trip) => trip.id }],
  run: (w, trip) => {
    const hotel = w.step(bookHotel, { id: trip.id }, { undo: cancelHotel });
    const flight = w.step(bookFlight, { id: hotel.ref }, { undo: cancelFlight, after: [hotel] });
    const seat = w.step(bookTrain, { id: trip.id }, { fallback: () => w.step(bookBus, { id: trip.id }) });
    const review = w.approval("desk", {
      show: { flight: flight.ref },
      within: "1 hour",
      otherwise: "reject",
    });
    w.when(review.approved, () => {
      const paid = w.waitFor(TripPaid, { key: trip.id, within: "1 hour", otherwise: "continue" });
      w.step(charge, { id: trip.id }, { undo: refund, after: [paid, seat] });
    });
  },
});

/** One after another for each key. */
export const takeTurns = defineWorkflow("take-turns", {
  on: TurnRequested,
  deadline: "2 hours",
  perKey: { atOnce: 1 },
  run: (w, about) => w.step(turn, { id: about.id }),
});

/** Events that arrive while one is running are skipped. */
export const takeShot = defineWorkflow("take-shot", {
  on: ShotRequested,
  deadline: "2 hours",
  perKey: { atOnce: 1, busy: "skip" },
  run: (w, about) => w.step(shoot, { id: about.id }),
});

/** Only the last of a burst runs. */
export const gatherBurst = defineWorkflow("gather-burst", {
  on: BurstRequested,
  deadline: "2 hours",
  perKey: { debounce: "30 seconds", atMost: "2 minutes" },
  run: (w, about) => w.step(gather, { id: about.id }),
});

/** Parallel effects, a graph that is not series-parallel, and a child. */
export const makeTour = defineWorkflow("make-tour", {
  on: TourRequested,
  deadline: "4 hours",
  run: (w, tour) => {
    const a = w.step(visit, { id: tour.id }, { as: "a", undo: leave });
    const b = w.step(visit, { id: tour.id }, { as: "b", undo: leave });
    const c = w.step(visit, { id: a.ref }, { as: "c", undo: leave });
    const d = w.step(visit, { id: tour.id }, { as: "d", after: [a, b], undo: leave });
    const called = w.child(takeTurns, { id: tour.id, key: "tours" }, { after: [b] });
    w.step(visit, { id: tour.id }, { as: "e", after: [c, d, called], undo: leave });
  },
});

/** By air, by sea with the consent of customs and a run of its own, or fetched: the first of them wins. */
export const shipCrate = defineWorkflow("ship-crate", {
  on: CrateRequested,
  deadline: "4 hours",
  cancelOn: [{ event: TripCancelled, key: (crate) => crate.id }],
  run: (w, crate) => {
    const first = w.race(
      {
        air: () => {
          const booked = w.step(bookPlane, { id: crate.id }, { undo: cancelPlane });
          const boarding = w.sleep("40 seconds", { as: "boarding", after: [booked] });
          return w.step(loadPlane, { id: crate.id }, { undo: unloadPlane, after: [boarding] });
        },
        sea: () => {
          const booked = w.step(bookShip, { id: crate.id }, { undo: cancelShip });
          const customs = w.approval("customs", {
            show: { ship: booked.ref },
            within: "20 minutes",
            otherwise: "approve",
          });
          w.child(takeTurns, { id: crate.id, key: "crates" }, { as: "turn", after: [booked, customs] });
          return booked;
        },
        fetched: () =>
          w.waitFor(CrateFetched, { as: "fetching", key: crate.id, within: "1 hour", otherwise: "fail" }),
      },
      { as: "first" },
    );
    w.step(label, { id: crate.id, way: first.winner }, { after: [first] });
    return { winner: first.winner };
  },
});

/** Several events in one run. */
export const indexPages = defineWorkflow("index-pages", {
  on: PageChanged,
  deadline: "2 hours",
  batch: { size: 3, within: "30 seconds" },
  perKey: { atOnce: 1 },
  run: (w, batch) => w.step(index, { id: batch.key, pages: batch.events }),
});

/** Two people have to approve, or two to reject. */
export const releasePayment = defineWorkflow("release-payment", {
  on: PaymentRequested,
  deadline: "6 hours",
  run: (w, payment) => {
    const review = w.approval("treasurer", {
      show: { payment: payment.id },
      approvals: 2,
      rejections: 2,
      requestedBy: "eve",
      within: "1 hour",
      otherwise: "reject",
    });
    w.when(review.approved, () => w.step(pay, { id: payment.id }, { undo: payBack }));
  },
});

/** Signals to one run, each for one wait. */
export const writeMinutes = defineWorkflow("write-minutes", {
  on: MinutesRequested,
  deadline: "4 hours",
  run: (w, minutes) => {
    const first = w.waitForSignal(RemarkMade, { as: "one", within: "30 minutes", otherwise: "continue" });
    const listened = w.step(listen, { id: minutes.id }, { as: "listened", after: [first] });
    const second = w.waitForSignal(RemarkMade, {
      as: "two",
      within: "30 minutes",
      otherwise: "continue",
      after: [listened],
    });
    w.step(listen, { id: minutes.id }, { as: "end", after: [second] });
  },
});

/** So many starts in a minute, the urgent ones first, and none that waits for long. Operators change the limits. */
export const ringBell = defineWorkflow("ring-bell", {
  on: BellRequested,
  deadline: "2 hours",
  startWithin: "20 minutes",
  perKey: { starts: 2, per: "1 minute", priority: (bell) => (bell.id.endsWith("0") ? 60 : 0) },
  settings: { "perKey.starts": { most: 4 }, "perKey.per": "fixed" },
  run: (w, bell) => w.step(ring, { id: bell.id }),
});

export const workflows: readonly Workflow[] = [
  planTrip,
  makeTour,
  takeTurns,
  takeShot,
  gatherBurst,
  sendParcel,
  sendBoxes,
  sendExpress,
  shipCrate,
  indexPages,
  releasePayment,
  writeMinutes,
  ringBell,
];

/** Receives what is done, through a downstream that fails at times. */
export const sendNote = defineReaction("send-note", {
  on: [TripDone, TripPaid],
  timeout: "20 seconds",
  retry: { attempts: 3, backoff: "2 seconds" },
  breaker: post,
  emits: [NoteSent],
});

export const reactions = [sendNote] as const;

/** Steps, by name. */
export const steps = [
  bookHotel,
  cancelHotel,
  bookFlight,
  cancelFlight,
  bookTrain,
  bookBus,
  charge,
  refund,
  visit,
  leave,
  turn,
  shoot,
  gather,
  pack,
  weigh,
  stamp,
  handOut,
  unpack,
  bookPlane,
  cancelPlane,
  loadPlane,
  unloadPlane,
  bookShip,
  cancelShip,
  label,
  index,
  pay,
  payBack,
  listen,
  ring,
] as const;
