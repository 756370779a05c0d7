import type { FlowMap, QueueState } from "../../../../lib/contract/api/index.ts";
import type { System } from "../../../../lib/contract/system.ts";

type Node = FlowMap["nodes"][number];
type Edge = FlowMap["edges"][number];

/** Who sends what to whom: events between those that send and those that take them, steps below their workflows. */
export function flowMap(
  { workflows, reactions, steps, events }: System,
  queues: ReadonlyMap<string, QueueState>,
  paused: ReadonlySet<string>,
): FlowMap {
  const nodeOf = (kind: Node["kind"], name: string, label: string, queue = name): Node => {
    const state = queues.get(queue);
    return {
      id: `${kind}:${name}`,
      kind,
      label,
      ...(state && { queue: state }),
      ...(paused.has(name) && { paused: true }),
    };
  };
  const outside = events.filter(({ publishers }) => publishers.length === 0);
  const emits = new Map(steps.map((step) => [step.name, step.emits]));
  const ofWorkflows = workflows.flatMap(({ name, steps: own }) =>
    own.map((step) => nodeOf("step", `${name}/${step}`, step, `${name}/${step}`)),
  );
  const edges: Edge[] = [
    ...outside.map(({ name }) => ({ from: OUTSIDE, to: `event:${name}`, event: name })),
    ...workflows.flatMap(({ name, on, awaits, steps: own, calls }) => [
      ...[...new Set([...on, ...awaits])].map((event) => ({
        from: `event:${event}`,
        to: `workflow:${name}`,
        event,
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
      ...(outside.length > 0 ? [{ id: OUTSIDE, kind: "producer" as const, label: "outside" }] : []),
      ...events.map(({ name }) => nodeOf("event", name, name, "")),
      ...workflows.map(({ name }) => nodeOf("workflow", name, name)),
      ...ofWorkflows,
      ...reactions.map(({ name }) => nodeOf("reaction", name, name)),
    ],
    edges,
  };
}

const OUTSIDE = "producer:outside";
