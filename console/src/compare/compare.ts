import type { NodeState, RunDetail, StepView } from "../api/types.ts";
import { between, duration } from "../text/duration.ts";
import { usd } from "../text/money.ts";
import { exactTime } from "../text/time.ts";

/** A fact about two runs, or about a run at two times. */
export interface Fact {
  name: string;
  a: string;
  b: string;
}

export interface NodePair {
  id: string;
  label: string;
  /** Undefined if the version has no such node. */
  a: NodeState | undefined;
  b: NodeState | undefined;
  differs: boolean;
}

/** A value that differs between the two sides, as JSON. */
export interface ValuePair {
  name: string;
  a: string;
  b: string;
}

export interface Comparison {
  facts: Fact[];
  nodes: NodePair[];
  values: ValuePair[];
}

/** The common parts and the differences of two run states, node by node. */
export function compareRuns(a: RunDetail, b: RunDetail): Comparison {
  return { facts: factsOf(a, b), nodes: nodesOf(a, b), values: valuesOf(a, b) };
}

function factsOf(a: RunDetail, b: RunDetail): Fact[] {
  const fact = (name: string, of: (run: RunDetail) => string | undefined): Fact => ({
    name,
    a: of(a) ?? "–",
    b: of(b) ?? "–",
  });
  return [
    fact("Workflow", ({ workflow }) => workflow),
    fact("Subject", ({ key }) => key),
    fact("State of", ({ asOf, endedAt }) => (endedAt === undefined ? exactTime(asOf) : "its end")),
    fact("Status", ({ status, waiting }) => (waiting && status === "running" ? "waiting" : status)),
    fact("Version", ({ version }) => version),
    fact("Started by", ({ event }) => `${event.name} from ${event.source}`),
    fact("Duration", ({ acceptedAt, endedAt, asOf }) => between(acceptedAt, endedAt ?? asOf)),
    fact("Steps done", ({ steps }) => String(steps.filter(({ state }) => state === "done").length)),
    fact("Attempts", ({ steps }) => String(steps.reduce((sum, { attempt }) => sum + attempt, 0))),
    fact("Cost", ({ cost }) => (cost?.usd === undefined ? undefined : usd(cost.usd))),
    fact("Error", ({ failure }) => failure?.summary),
  ];
}

/** Times of the same node that differ by less than this share count as equal. */
const ALIKE = 0.25;

function nodesOf(a: RunDetail, b: RunDetail): NodePair[] {
  const labels = new Map(
    [...(a.graph?.nodes ?? []), ...(b.graph?.nodes ?? [])].map(({ id, label }) => [id, label]),
  );
  return [...labels].map(([id, label]) => {
    const [one, other] = [a.nodes[id], b.nodes[id]];
    const differs =
      one?.state !== other?.state ||
      one?.attempts !== other?.attempts ||
      one?.count !== other?.count ||
      !isAlike(one?.durationMs, other?.durationMs);
    return { id, label, a: one, b: other, differs };
  });
}

function isAlike(one: number | undefined, other: number | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Math.abs(one - other) <= Math.max(one, other) * ALIKE;
}

function valuesOf(a: RunDetail, b: RunDetail): ValuePair[] {
  const results = (steps: readonly StepView[]) =>
    new Map(steps.filter(({ direction }) => direction === "do").map((step) => [step.path, step.result]));
  const [ofA, ofB] = [results(a.steps), results(b.steps)];
  const paths = [...new Set([...ofA.keys(), ...ofB.keys()])];
  const pairs: [string, unknown, unknown][] = [
    ["Input", a.input, b.input],
    ["Output", a.output, b.output],
    ...paths.map((path): [string, unknown, unknown] => [`Result of ${path}`, ofA.get(path), ofB.get(path)]),
  ];
  return pairs
    .map(([name, one, other]) => ({ name, a: text(one), b: text(other) }))
    .filter((pair) => pair.a !== pair.b);
}

function text(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

/** "failed, 1.3 s, 3 attempts" */
export function describeNode(node: NodeState | undefined): string {
  if (!node) return "not in this version";
  return [
    node.count > 1 && `${node.done} of ${node.count} done`,
    node.durationMs !== undefined && duration(node.durationMs),
    node.attempts > node.count && `${node.attempts} attempts`,
  ]
    .filter(Boolean)
    .join(", ");
}
