import type { FlowMap } from "../src/api/types.ts";
import { subscribers, workflows } from "./definitions.ts";

/** The sample app as a map. */
export function flowMap(isPaused: (name: string) => boolean): FlowMap {
  const nodes: FlowMap["nodes"] = [
    { id: "producer:shop", kind: "producer", label: "shop", source: "webhook", detail: "POST /shop" },
    { id: "producer:website", kind: "producer", label: "website" },
  ];
  const edges: FlowMap["edges"] = [
    { from: "producer:shop", to: "event:order.placed", event: "order.placed", perHour: 42 },
    { from: "producer:website", to: "event:video.requested", event: "video.requested", perHour: 6.5 },
  ];
  for (const name of [
    "order.placed",
    "order.shipped",
    "parcel.delivered",
    "video.requested",
    "video.published",
  ])
    nodes.push({ id: `event:${name}`, kind: "event", label: name });
  for (const { name, kind, events, queue } of subscribers()) {
    nodes.push({
      id: `${kind}:${name}`,
      kind,
      label: name,
      ...(queue && { queue }),
      ...(isPaused(name) && { paused: true }),
    });
    for (const event of events) edges.push({ from: `event:${event}`, to: `${kind}:${name}`, event });
  }
  for (const { name, steps } of workflows(0)) {
    for (const step of steps) {
      nodes.push({
        id: `step:${name}/${step}`,
        kind: "step",
        label: step,
        queue: {
          backlog: step === "draw-picture" ? 14 : 0,
          inFlight: step === "draw-picture" ? 8 : 0,
          delayed: 0,
          dead: step === "send-parcel" ? 1 : 0,
          oldestSeconds: 3,
        },
      });
      edges.push({ from: `workflow:${name}`, to: `step:${name}/${step}` });
    }
  }
  edges.push({ from: "step:produce-video/publish", to: "event:video.published", event: "video.published" });
  edges.push({ from: "step:fulfil-order/send-parcel", to: "event:order.shipped", event: "order.shipped" });
  return { nodes, edges };
}
