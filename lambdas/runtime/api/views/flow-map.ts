import type { FlowMap, QueueState } from "../../../../lib/contract/api/index.ts";
import type { Producer } from "../../../../lib/contract/producer.ts";
import type { System } from "../../../../lib/contract/system.ts";
import type { RunItem } from "../../../../lib/contract/table.ts";

type Node = FlowMap["nodes"][number];
type Edge = FlowMap["edges"][number];

/** An event that started runs of a workflow, and its rate per hour. */
export interface StartedEvent {
  source: string;
  event: string;
  workflow: string;
  perHour: number;
}

/** The input of the drawing. */
export interface Flow {
  system: System;
  producers: readonly Producer[];
  queues: ReadonlyMap<string, QueueState>;
  paused: ReadonlySet<string>;
  started: readonly StartedEvent[];
}

/** The shortest period for which a rate is computed. Milliseconds. */
const SHORTEST = 60_000;

/**
 * Which events started runs and how often, from the newest runs. `span`: the period that they cover. @default
 * since the oldest of them
 */
export function startedEvents(
  runs: readonly Pick<RunItem, "workflow" | "event" | "acceptedAt">[],
  span: number | undefined,
  now: number,
): StartedEvent[] {
  const oldest = Math.min(now, ...runs.map(({ acceptedAt }) => Date.parse(acceptedAt)));
  const hours = (span ?? Math.max(SHORTEST, now - oldest)) / 3_600_000;
  const groups = Map.groupBy(runs, ({ workflow, event }) =>
    JSON.stringify([event.source, event.name, workflow]),
  );
  return [...groups].map(([key, { length }]) => {
    const [source, event, workflow] = JSON.parse(key) as [string, string, string];
    return { source, event, workflow, perHour: length / hours };
  });
}

/**
 * Publishers and subscribers as a graph: events between those that send and those that receive them, steps
 * below their workflows. Events come from triggers, from other sources that have recently started runs, and
 * otherwise from unknown producers.
 */
export function flowMap({ system, producers, queues, paused, started }: Flow): FlowMap {
  const { workflows, reactions, steps, events } = system;
  const nodeOf = (kind: Node["kind"], name: string, label: string, queue = name): Node => {
    const state = queues.get(queue);
    return {
      id: `${kind}:${name}`,
      kind,
      label,
      queue: state,
      ...(paused.has(name) && { paused: true }),
    };
  };
  const rate = (of: (one: StartedEvent) => boolean): { perHour?: number } => {
    const perHour = started.filter(of).reduce((sum, one) => sum + one.perHour, 0);
    return perHour > 0 ? { perHour: Math.round(perHour * 10) / 10 } : {};
  };
  const triggers = new Set(producers.map(({ name }) => name));
  const inside = new Set([...workflows, ...reactions, ...steps].map(({ name }) => name));
  const sources = [...new Set(started.map(({ source }) => source))].filter(
    (source) => !triggers.has(source) && !inside.has(source) && !source.startsWith("millrace."),
  );
  const known = new Set(events.map(({ name }) => name));
  const brought = [
    ...producers.flatMap(({ name, events: own }) => own.map((event) => ({ source: name, event }))),
    ...sources.flatMap((source) =>
      [...new Set(started.filter((one) => one.source === source).map(({ event }) => event))].map((event) => ({
        source,
        event,
      })),
    ),
  ].filter(({ event }) => known.has(event));
  const outside = events.filter(
    ({ name, publishers }) => publishers.length === 0 && !brought.some(({ event }) => event === name),
  );
  const emits = new Map(steps.map((step) => [step.name, step.emits]));
  const ofWorkflows = workflows.flatMap(({ name, steps: own }) =>
    own.map((step) => nodeOf("step", `${name}/${step}`, step, `${name}/${step}`)),
  );
  const edges: Edge[] = [
    ...brought.map(({ source, event }) => ({
      from: `producer:${source}`,
      to: `event:${event}`,
      event,
      ...rate((one) => one.source === source && one.event === event),
    })),
    ...outside.map(({ name }) => ({ from: OUTSIDE, to: `event:${name}`, event: name })),
    ...workflows.flatMap(({ name, on, awaits, steps: own, calls }) => [
      ...[...new Set([...on, ...awaits])].map((event) => ({
        from: `event:${event}`,
        to: `workflow:${name}`,
        event,
        ...rate((one) => one.workflow === name && one.event === event),
      })),
      ...own.map((step) => ({ from: `workflow:${name}`, to: `step:${name}/${step}` })),
      ...own.flatMap((step) =>
        (emits.get(step) ?? []).map((event) => ({
          from: `step:${name}/${step}`,
          to: `event:${event}`,
          event,
        })),
      ),
      ...calls.map((called) => ({ from: `workflow:${name}`, to: `workflow:${called}` })),
    ]),
    ...reactions.flatMap(({ name, on, emits: sent }) => [
      ...on.map((event) => ({ from: `event:${event}`, to: `reaction:${name}`, event })),
      ...sent.map((event) => ({ from: `reaction:${name}`, to: `event:${event}`, event })),
    ]),
  ];
  return {
    nodes: [
      ...producers.map(({ name, kind, of }) => ({
        id: `producer:${name}`,
        kind: "producer" as const,
        label: name,
        source: kind,
        detail: of,
      })),
      ...sources.map((name) => ({ id: `producer:${name}`, kind: "producer" as const, label: name })),
      ...(outside.length > 0 ? [{ id: OUTSIDE, kind: "producer" as const, label: "other producers" }] : []),
      ...events.map(({ name }) => nodeOf("event", name, name, "")),
      ...workflows.map(({ name }) => nodeOf("workflow", name, name)),
      ...ofWorkflows,
      ...reactions.map(({ name }) => nodeOf("reaction", name, name)),
    ],
    edges,
  };
}

const OUTSIDE = "producer:";
