import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { eventBridge } from "../aws/bus.ts";
import { type Publisher, publisherFrom } from "../publish/publish.ts";
import { recordedTrace } from "../telemetry/recorded-trace.ts";

/**
 * Publishes events from your own code, checked against their contracts:
 *
 *     const events = publisher(process.env.BUS_NAME!, "shop.orders");
 *     const id = await events.publish(OrderPlaced, { order: "o1" }, { subject: "customer-7" });
 *
 * `bus` is the bus's name or ARN; `EventBus.grantPublish` lets a function of yours publish to it.
 */
export function publisher(bus: string, source: string): Publisher {
  return publisherFrom(source, {
    bus: eventBridge(bus),
    now: Date.now,
    newId: randomUUID,
    trace: recordedTrace,
    pause,
  });
}
