import type { BreakerView, DeadLetterView, DeliveryView, QuarantineView } from "../src/api/types.ts";
import { id } from "./random.ts";
import { ROLE, runOf } from "./runs.ts";

export function someDeadLetters(started: number): DeadLetterView[] {
  const { run } = runOf(ROLE.stuck, started);
  return [
    {
      id: id(16, "dead", run),
      subscriber: "fulfil-order",
      purpose: "step",
      step: "send-parcel",
      run,
      epoch: 1,
      path: "send-parcel",
      body: JSON.stringify({
        run: { id: run, epoch: 1 },
        path: "send-parcel",
        step: "send-parcel",
        input: { order: "o-4711", address: "1 Mill Lane" },
      }),
      receives: 4,
      reason: "The function ended before it answered (signal: killed).",
      sentAt: ago(started, 1.2),
      diedAt: ago(started, 0.4),
    },
    {
      id: id(16, "dead", "reaction"),
      subscriber: "notify-customer",
      purpose: "reaction",
      event: { id: id(26, "event", "shipped"), name: "order.shipped" },
      body: JSON.stringify({ "detail-type": "order.shipped", detail: { order: "o-4650" } }),
      receives: 10,
      reason: "TypeError: Cannot read properties of undefined (reading 'email')",
      sentAt: ago(started, 64),
      diedAt: ago(started, 31),
    },
  ];
}

export function someQuarantined(started: number): QuarantineView[] {
  return [
    {
      id: id(16, "quarantine", 1),
      subscriber: "produce-video",
      reason: "contract",
      findings: [
        { path: "scenes", message: "must be a number from 1 to 12", value: "40" },
        { path: "topic", message: "is missing" },
      ],
      name: "video.requested",
      source: "website",
      quarantinedAt: ago(started, 12),
      body: JSON.stringify({
        id: "e-1",
        source: "website",
        "detail-type": "video.requested",
        detail: { videoId: "v77", scenes: 40, millrace: { version: 1 } },
      }),
    },
    {
      id: id(16, "quarantine", 2),
      subscriber: "fulfil-order",
      reason: "contradiction",
      findings: [{ path: "", message: "order o-4600 came before with another payload" }],
      name: "order.placed",
      source: "shop",
      quarantinedAt: ago(started, 190),
      body: JSON.stringify({
        id: "e-2",
        source: "shop",
        "detail-type": "order.placed",
        detail: { order: "o-4600" },
      }),
    },
  ];
}

export function someBreakers(started: number): BreakerView[] {
  return [
    {
      breaker: "card-network",
      state: "open",
      until: new Date(started + 45_000).toISOString(),
      inARow: 9,
      usedBy: ["take-payment", "return-payment"],
    },
    { breaker: "image-model", state: "closed", inARow: 0, usedBy: ["draw-picture"] },
  ];
}

export function someDeliveries(started: number): DeliveryView[] {
  const base = (number: number) => ({
    event: id(26, "late", number),
    name: "order.placed",
    source: "shop",
    correlation: id(26, "late", number),
    subscriber: "fulfil-order",
  });
  return [
    {
      ...base(1),
      state: "received",
      publishedAt: ago(started, 18),
      receivedAt: ago(started, 17),
      overdueAt: ago(started, 13),
      dueAt: ago(started, 13),
      attempts: 3,
    },
    {
      ...base(2),
      state: "published",
      publishedAt: ago(started, 9),
      overdueAt: ago(started, 4),
      dueAt: ago(started, 4),
    },
    {
      ...base(3),
      state: "failed",
      publishedAt: ago(started, 70),
      receivedAt: ago(started, 70),
      concludedAt: ago(started, 69),
      attempts: 1,
      why: "CardDeclined",
    },
  ];
}

/** ISO time so many minutes before the app was started. */
function ago(started: number, minutes: number): string {
  return new Date(started - minutes * 60_000).toISOString();
}
