import { milliseconds } from "../../contract/duration.ts";
import { mostAttempts } from "../../contract/work.ts";
import { type Expression, walk } from "../expression.ts";
import type { Node, Nodes, StepNode } from "../graph.ts";
import { type Precedence, precedenceOf } from "../precedence.ts";

/** The maximum time of a group, since a crash costs as much: its function may live that long. */
const LONGEST_GROUP = "5 minutes";
/** All inputs of a group share one message, and all results that are read later share one answer. */
const MOST_STEPS = 10;
/** The numbers of attempts of one state are below this. */
export const MOST_ATTEMPTS = 1_000;
export const TOO_MANY_ATTEMPTS = `the attempts would add up to more than ${MOST_ATTEMPTS.toLocaleString("en-US")}`;
/** The capacity of a message of 256 KiB, in units of 32 KiB, the maximum of a result that travels. */
export const MOST_UNITS = 6;

/**
 * Why steps do not join the steps of a group; undefined if they do. Each comes after those that precede it.
 * `precedence` is closed.
 */
export function whyApart(
  group: readonly StepNode[],
  joining: readonly StepNode[],
  nodes: Nodes,
  precedence: Precedence = precedenceOf(nodes),
): string | undefined {
  for (const [at, next] of joining.entries()) {
    const why = whyNextApart([...group, ...joining.slice(0, at)], next, nodes, precedence);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** Why one step does not join a group. A list of rules: the first that applies is the reason. */
function whyNextApart(
  group: readonly StepNode[],
  next: StepNode,
  nodes: Nodes,
  precedence: Precedence,
): string | undefined {
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
      longest(all, precedence) > milliseconds(LONGEST_GROUP),
      () => `the timeouts would add up to more than ${LONGEST_GROUP}`,
    ],
    [all.length > MOST_STEPS, () => `a group has at most ${MOST_STEPS} steps`],
    [attemptsOf(all) > MOST_ATTEMPTS, () => TOO_MANY_ATTEMPTS],
    [
      unitsOf(
        all.map(({ reads }) => reads.input),
        new Set(all.map(({ name }) => name)),
        nodes,
      ) > MOST_UNITS,
      () => "the inputs may be too large for one message",
    ],
  ];
  return rules.find(([applies]) => applies)?.[1]();
}

/** The attempts of steps together. */
export function attemptsOf(steps: readonly StepNode[]): number {
  return steps.reduce((sum, { spec }) => sum + mostAttempts(spec.retry), 0);
}

/** Why a step is in no group, whatever its neighbours are. */
function ownReason({ name, spec, apart, blocks }: StepNode): string | undefined {
  if (!spec.pool) return `${name} has a function of its own`;
  if (!spec.pool.fuse) return `the pool ${spec.pool.name} has fuse: false`;
  if (apart) return `${name} has apart: true`;
  if (spec.onLeaseExpiry === "ask") return `an attempt of ${name} must not be repeated without asking`;
  return blocks.fallback ? `${name} has a fallback` : undefined;
}

/** Milliseconds that the steps may take: those that run at the same time count once. */
function longest(steps: readonly StepNode[], precedence: Precedence): number {
  const ends = new Map<string, number>();
  for (const { name, spec } of steps) {
    const begins = [...precedence.get(name)!].map((before) => ends.get(before) ?? 0);
    ends.set(name, Math.max(0, ...begins) + milliseconds(spec.timeout));
  }
  return Math.max(...ends.values());
}

/** Whether a value only places results of these nodes, or fields of them: the worker can do that itself. */
export function isPlain(value: Expression, names: ReadonlySet<string>): boolean {
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

/**
 * The values from outside of the group: a payload has up to 64 KiB, the list of an `each` more. The items of
 * `listed` are those of a list that is among the values.
 */
export function unitsOf(
  values: readonly Expression[],
  names: ReadonlySet<string>,
  nodes: Nodes,
  listed?: string,
): number {
  const weights = new Map<string, number>();
  for (const part of values.flatMap((value) => [...walk(value)])) {
    if (part.kind === "event") weights.set("event", 2);
    if (part.kind === "result" && !names.has(part.node))
      weights.set(`result of ${part.node}`, unitsOfResult(nodes.get(part.node)));
    if ((part.kind === "item" && part.each !== listed) || part.kind === "script" || part.kind === "state")
      weights.set(JSON.stringify(part), 1);
  }
  return [...weights.values()].reduce((sum, weight) => sum + weight, 0);
}

function unitsOfResult(node: Node | undefined): number {
  return node ? UNITS_OF_RESULT[node.kind] : MOST_UNITS_OF_RESULT;
}

const MOST_UNITS_OF_RESULT = 4;

/** A step's result above 32 KiB is offloaded. Of other nodes, results may contain several of these. */
const UNITS_OF_RESULT: Record<Node["kind"], number> = {
  approval: MOST_UNITS_OF_RESULT,
  child: MOST_UNITS_OF_RESULT,
  choice: MOST_UNITS_OF_RESULT,
  each: MOST_UNITS_OF_RESULT,
  race: MOST_UNITS_OF_RESULT,
  repeat: MOST_UNITS_OF_RESULT,
  sleep: MOST_UNITS_OF_RESULT,
  step: 1,
  wait: MOST_UNITS_OF_RESULT,
};
