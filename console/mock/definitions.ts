import type { EventDetail, SubscriberView, WorkflowGraph, WorkflowView } from "../src/api/types.ts";
import { FILM_GRAPH } from "./film-graph.ts";

/** A sample app: films with an approval, and orders as a saga. */
export const ORDER_GRAPH: WorkflowGraph = {
  workflow: "fulfil-order",
  on: ["order.placed"],
  deadline: "3 days",
  nodes: [
    {
      id: "accept-order",
      kind: "step",
      label: "accept-order",
      step: "accept-order",
      undo: "cancel-accepted-order",
    },
    { id: "hold-stock", kind: "step", label: "hold-stock", step: "hold-stock", undo: "return-stock" },
    { id: "take-payment", kind: "step", label: "take-payment", step: "take-payment", undo: "return-payment" },
    { id: "send-parcel", kind: "step", label: "send-parcel", step: "send-parcel" },
    { id: "parcel.delivered", kind: "wait", label: "parcel.delivered" },
  ],
  edges: [
    { from: "accept-order", to: "hold-stock" },
    { from: "accept-order", to: "take-payment" },
    { from: "hold-stock", to: "send-parcel" },
    { from: "take-payment", to: "send-parcel" },
    { from: "send-parcel", to: "parcel.delivered" },
  ],
};

export const VERSIONS: Record<string, string> = {
  "produce-video": "7f3ac91e5b20",
  "fulfil-order": "c04d1187aa3f",
};

const EMPTY = { backlog: 0, inFlight: 0, delayed: 0, dead: 0 };

export function workflows(now: number): WorkflowView[] {
  const ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
  return [
    {
      name: "produce-video",
      on: ["video.requested"],
      deadline: "14 days",
      version: VERSIONS["produce-video"]!,
      versions: [
        { version: VERSIONS["produce-video"]!, deployedAt: ago(5), liveRuns: 4 },
        { version: "11b8e0d94f6c", deployedAt: ago(120), liveRuns: 1 },
      ],
      graph: FILM_GRAPH,
      steps: [
        "write-script",
        "draw-storyboard",
        "draw-picture",
        "draw-card",
        "check-scene",
        "render-film",
        "read-notes",
        "publish",
        "announce",
      ],
      inbox: { ...EMPTY, backlog: 3, oldestSeconds: 4 },
    },
    {
      name: "fulfil-order",
      on: ["order.placed"],
      deadline: "3 days",
      version: VERSIONS["fulfil-order"]!,
      versions: [{ version: VERSIONS["fulfil-order"]!, deployedAt: ago(30), liveRuns: 3 }],
      graph: ORDER_GRAPH,
      steps: ["accept-order", "hold-stock", "take-payment", "send-parcel"],
      inbox: { ...EMPTY, backlog: 128, inFlight: 10, oldestSeconds: 95, dead: 1 },
    },
  ];
}

export function subscribers(): SubscriberView[] {
  return [
    {
      name: "produce-video",
      kind: "workflow",
      events: ["video.requested"],
      queue: { ...EMPTY, backlog: 3, oldestSeconds: 4 },
      deadline: "5 minutes",
      overdue: 0,
    },
    {
      name: "fulfil-order",
      kind: "workflow",
      events: ["order.placed", "parcel.delivered"],
      queue: { ...EMPTY, backlog: 128, inFlight: 10, oldestSeconds: 95, dead: 1 },
      deadline: "5 minutes",
      overdue: 2,
    },
    {
      name: "notify-customer",
      kind: "reaction",
      events: ["order.shipped", "video.published"],
      queue: { ...EMPTY, inFlight: 2 },
      deadline: "5 minutes",
      overdue: 0,
    },
  ];
}

export const EVENTS: EventDetail[] = [
  {
    name: "video.requested",
    versions: [1, 2],
    description: "A film is requested. The same videoId is the same request, however often it is sent.",
    publishers: [],
    subscribers: ["produce-video"],
    reserved: false,
    contracts: [
      {
        version: 2,
        schema: {
          $schema: "https://json-schema.org/draft/2020-12/schema",
          title: "video.requested version 2",
          type: "object",
          properties: {
            videoId: { type: "string", minLength: 1, maxLength: 100, description: "The producer's key" },
            topic: { type: "string", minLength: 1, maxLength: 200 },
            audience: { type: "string", minLength: 1, maxLength: 100, default: "everyone" },
            length: { type: "string", enum: ["short", "medium", "long"], default: "short" },
            style: { type: "string", enum: ["calm", "bold", "playful", "plain"], default: "calm" },
            scenes: { type: "integer", minimum: 1, maximum: 12 },
          },
          required: ["videoId", "topic"],
        },
        example: { videoId: "v1", topic: "tides", scenes: 4 },
        compatibility: "backward",
      },
      {
        version: 1,
        schema: {
          type: "object",
          properties: {
            videoId: { type: "string", minLength: 1, maxLength: 100 },
            topic: { type: "string", minLength: 1, maxLength: 200 },
            scenes: { type: "integer", minimum: 1, maximum: 12, default: 4 },
          },
          required: ["videoId", "topic"],
        },
        example: { videoId: "v1", topic: "tides", scenes: 4 },
      },
    ],
  },
  {
    name: "order.placed",
    versions: [1, 2],
    description: "A customer has ordered.",
    publishers: [],
    subscribers: ["fulfil-order"],
    reserved: false,
    contracts: [
      {
        version: 2,
        schema: {
          type: "object",
          properties: {
            order: { type: "string", minLength: 1 },
            customer: {
              type: "object",
              properties: { email: { type: "string", format: "email" } },
              required: ["email"],
            },
            lines: {
              type: "array",
              minItems: 1,
              maxItems: 50,
              items: {
                type: "object",
                properties: { sku: { type: "string" }, count: { type: "integer", minimum: 1 } },
                required: ["sku", "count"],
              },
            },
            gift: { type: "boolean", default: false },
          },
          required: ["order", "customer", "lines"],
        },
        example: {
          order: "o-1001",
          customer: { email: "ada@example.com" },
          lines: [{ sku: "mug", count: 2 }],
          gift: false,
        },
        compatibility: "backward",
      },
      {
        version: 1,
        schema: { type: "object", properties: { order: { type: "string" } }, required: ["order"] },
        example: { order: "o-1" },
      },
    ],
  },
  {
    name: "parcel.delivered",
    versions: [1],
    publishers: [],
    subscribers: ["fulfil-order"],
    reserved: false,
    contracts: [
      {
        version: 1,
        schema: { type: "object", properties: { order: { type: "string" } }, required: ["order"] },
        example: { order: "o-1001" },
      },
    ],
  },
  {
    name: "video.published",
    versions: [1],
    description: "A film is out.",
    publishers: ["publish"],
    subscribers: ["notify-customer"],
    reserved: false,
    contracts: [
      {
        version: 1,
        schema: {
          type: "object",
          properties: {
            videoId: { type: "string" },
            title: { type: "string" },
            film: { type: "string" },
            seconds: { type: "number" },
          },
          required: ["videoId", "title", "film", "seconds"],
        },
        example: { videoId: "v1", title: "On tides", film: "s3://artifacts/film.mp4", seconds: 12 },
      },
    ],
  },
  {
    name: "run.failed",
    versions: [1],
    publishers: ["millrace"],
    subscribers: [],
    reserved: true,
    contracts: [],
  },
];
