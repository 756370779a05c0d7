import { milliseconds } from "../contract/duration.ts";
import { mostAttempts } from "../contract/work.ts";
import { type Expression, walk } from "./expression.ts";
import type { Nodes, Order } from "./graph.ts";
import type { StepNode } from "./nodes/step.ts";

/** The maximum time of a group, since a crash costs as much: its function may live that long. */
const LONGEST_GROUP = "5 minutes";
/** All inputs of a group share one message, and all results that are read later share one answer. */
const MOST_STEPS = 10;
/** The numbers of attempts of one state are below this. */
const MOST_ATTEMPTS = 1_000;
/** The capacity of a message of 256 KiB, in units of 32 KiB, the maximum of a result that travels. */
const MOST_UNITS = 6;

/**
 * Combines neighbouring steps of a pool into groups: each group is one state, one message and one invocation.
 * Only steps that directly follow one another are neighbours. `boundary` says what separates two of them.
 */
export function fuse(order: Order, nodes: Nodes): Order {
  if (order.kind !== "sequence" && order.kind !== "parallel") return order;
  const parts = order.parts.map((part) => fuse(part, nodes));
  if (order.kind === "parallel") return { ...order, parts };
  const runs = parts.reduce<Order[][]>((made, part) => {
    const last = made.at(-1);
    if (last && boundary(last, part, nodes) === undefined) last.push(part);
    else made.push([part]);
    return made;
  }, []);
  const joined = runs.map(groupOf);
  return joined.length === 1 ? joined[0]! : { ...order, parts: joined };
}

function groupOf(run: readonly Order[]): Order {
  const names = run.flatMap((part) => (part.kind === "node" ? [part.node] : []));
  return run.length === 1 ? run[0]! : { kind: "group", nodes: names };
}

/** Why a part of a sequence does not join the steps before it; undefined if it does. */
function boundary(before: readonly Order[], part: Order, nodes: Nodes): string | undefined {
  const steps = [...before, part].map((one) => stepOf(one, nodes));
  return steps.every((step) => step !== undefined)
    ? whyApart(steps.slice(0, -1), steps.at(-1)!, nodes)
    : NO_STEP;
}

const NO_STEP = "one of them is no step";

function stepOf(order: Order, nodes: Nodes): StepNode | undefined {
  const node = order.kind === "node" ? nodes.get(order.node) : undefined;
  return node?.kind === "step" ? (node as StepNode) : undefined;
}

/**
 * Why a step does not join a group; undefined if it does. A list of rules: the first that applies is the
 * reason.
 */
export function whyApart(group: readonly StepNode[], next: StepNode, nodes: Nodes): string | undefined {
  const all = [...group, next];
  const names = new Set(group.map(({ name }) => name));
  const rules: [boolean, () => string][] = [
    ...all.map((step): [boolean, () => string] => [ownReason(step) !== undefined, () => ownReason(step)!]),
    [all.some(({ spec }) => spec.pool?.name !== next.spec.pool?.name), () => "they have different pools"],
    [
      !isPlain(next.reads.input, names),
      () => `the state machine computes the input of ${next.name} from a result of the group`,
    ],
    [
      total(all, ({ spec }) => milliseconds(spec.timeout)) > milliseconds(LONGEST_GROUP),
      () => `the timeouts would add up to more than ${LONGEST_GROUP}`,
    ],
    [all.length > MOST_STEPS, () => `a group has at most ${MOST_STEPS} steps`],
    [
      total(all, ({ spec }) => mostAttempts(spec.retry)) > MOST_ATTEMPTS,
      () => `the attempts would add up to more than ${MOST_ATTEMPTS.toLocaleString("en-US")}`,
    ],
    [unitsOf(all, nodes) > MOST_UNITS, () => "the inputs may be too large for one message"],
  ];
  return rules.find(([applies]) => applies)?.[1]();
}

/** Why a step is in no group, whatever its neighbours are. */
function ownReason({ name, spec, apart, blocks }: StepNode): string | undefined {
  if (!spec.pool) return `${name} has a function of its own`;
  if (!spec.pool.fuse) return `the pool ${spec.pool.name} has fuse: false`;
  if (apart) return `${name} has apart: true`;
  if (spec.onLeaseExpiry === "ask") return `an attempt of ${name} must not be repeated without asking`;
  return blocks.fallback ? `${name} has a fallback` : undefined;
}

const total = (steps: readonly StepNode[], of: (step: StepNode) => number) =>
  steps.reduce((sum, step) => sum + of(step), 0);

/** Whether a value only places results of these nodes, or fields of them: the worker can do that itself. */
function isPlain(value: Expression, names: ReadonlySet<string>): boolean {
  if (![...walk(value)].some((part) => part.kind === "result" && names.has(part.node))) return true;
  switch (value.kind) {
    case "result":
      return true;
    case "read":
    case "field":
      return isSelection(value.of);
    case "record":
      return Object.values(value.fields).every((field) => isPlain(field, names));
    case "list":
      return value.items.every((item) => isPlain(item, names));
    default:
      return false;
  }
}

/** A result, or a field of one. */
function isSelection(value: Expression): boolean {
  if (value.kind === "field" || value.kind === "read") return isSelection(value.of);
  return value.kind === "result";
}

/** The inputs from outside of the group: a payload has up to 64 KiB, the list of an `each` more. */
function unitsOf(group: readonly StepNode[], nodes: Nodes): number {
  const names = new Set(group.map(({ name }) => name));
  const ofResult = (node: string) => (nodes.get(node)?.kind === "step" ? 1 : 4);
  const weights = new Map<string, number>();
  for (const part of group.flatMap(({ reads }) => [...walk(reads.input)])) {
    if (part.kind === "event") weights.set("event", 2);
    if (part.kind === "result" && !names.has(part.node))
      weights.set(`result of ${part.node}`, ofResult(part.node));
    if (part.kind === "item" || part.kind === "script" || part.kind === "state")
      weights.set(JSON.stringify(part), 1);
  }
  return [...weights.values()].reduce((sum, weight) => sum + weight, 0);
}
