import { type Expression, type Facts, resultsIn } from "./expression.ts";

/**
 * The kinds of nodes. A new kind does not compile until it has its file in nodes/, its picture and its cost
 * direction.
 */
export type NodeKindName =
  | "approval"
  | "child"
  | "choice"
  | "each"
  | "race"
  | "repeat"
  | "sleep"
  | "step"
  | "wait";

/**
 * The common part of every node of a workflow's graph. Plain data, so that a plan can be compared and
 * printed.
 */
export interface NodeBase {
  readonly kind: NodeKindName;
  /** Unique in the workflow; also the name of its state. */
  readonly name: string;
  /** Its name in claim paths; undefined if paths do not include it. */
  readonly segment: string | undefined;
  /** The values that it reads itself, by role. */
  readonly reads: Readonly<Record<string, Expression>>;
  /** The blocks inside it, by role. */
  readonly blocks: Readonly<Record<string, Block>>;
  /** Nodes that come first although none of their results is read. */
  readonly after: readonly string[];
  /** The shape of its result. */
  readonly facts: Facts;
}

/** Nodes that exist together: a whole workflow, a branch, the body of an `each`. */
export interface Block {
  readonly nodes: readonly NodeBase[];
  /** The block's output. */
  readonly value: Expression;
  /** Undefined without nodes. */
  readonly order: Order | undefined;
}

/** The nodes of a block, by name. */
export type Nodes = ReadonlyMap<string, NodeBase>;

/** A node's result, where it is read. */
export function resultOf({ name, facts }: NodeBase): Expression {
  return { kind: "read", of: { kind: "result", node: name }, facts };
}

/** All expressions of a node, including those of inner nodes. */
export function expressionsOf(node: NodeBase): Expression[] {
  return [...Object.values(node.reads), ...Object.values(node.blocks).flatMap(expressionsIn)];
}

export function expressionsIn(block: Block): Expression[] {
  return [...block.nodes.flatMap(expressionsOf), block.value];
}

/** All nodes of a block, including inner ones. */
export function nodesIn(block: Block): NodeBase[] {
  return block.nodes.flatMap((node) => [node, ...Object.values(node.blocks).flatMap(nodesIn)]);
}

/** The nodes whose results a node reads, itself or in an inner node. */
export function readBy(node: NodeBase): Set<string> {
  return new Set(expressionsOf(node).flatMap(resultsIn));
}

/** The nodes that must be done before a node can begin. */
export function precedingOf(node: NodeBase): Set<string> {
  const within = Object.values(node.blocks).flatMap(nodesIn);
  return new Set([...readBy(node), ...node.after, ...within.flatMap(({ after }) => after)]);
}

/** The order in which a block's nodes run. */
export type Order =
  | { readonly kind: "node"; readonly node: string }
  | { readonly kind: "sequence"; readonly parts: readonly Order[] }
  | { readonly kind: "parallel"; readonly parts: readonly Order[] }
  | GroupOrder
  /** Delays a node until one in another branch is done. */
  | { readonly kind: "wait"; readonly on: string; readonly before: string }
  /** Signals to other branches that a node is done, with its result if one of them reads it. */
  | { readonly kind: "signal"; readonly of: string; readonly carries: boolean };

/** Steps of a pool in one message, each after those that must be done before it begins. */
export interface GroupOrder {
  readonly kind: "group";
  readonly nodes: readonly string[];
  /** Absent if they run one after another. */
  readonly graph?: {
    /** For each node, the positions of those that directly precede it. */
    readonly after: readonly (readonly number[])[];
    readonly order: Order;
  };
}

/** Which nodes must be done before a node: name → names. Kept for one block; transitively closed or reduced, as stated. */
export type Precedence = ReadonlyMap<string, ReadonlySet<string>>;

/** All predecessors of each node, not only direct ones. */
export function closure(direct: Precedence): Precedence {
  const all = new Map<string, Set<string>>();
  const collect = (node: string): Set<string> => {
    const known = all.get(node);
    if (known) return known;
    const before = new Set<string>();
    all.set(node, before);
    for (const earlier of direct.get(node) ?? []) {
      before.add(earlier);
      for (const earliest of collect(earlier)) before.add(earliest);
    }
    return before;
  };
  for (const node of direct.keys()) collect(node);
  return all;
}

/** What precedes each node of a block. */
export function precedenceOf(nodes: Nodes): Precedence {
  const names = new Set(nodes.keys());
  return closure(
    new Map([...nodes.values()].map((node) => [node.name, precedingOf(node).intersection(names)])),
  );
}

/** The precedences between some nodes of a closure. */
export function precedenceAmong(names: readonly string[], closed: Precedence): Precedence {
  const among = new Set(names);
  return new Map(
    names.map((name) => [name, new Set([...closed.get(name)!].filter((one) => among.has(one)))]),
  );
}

/** The fewest direct precedences with the same meaning. Takes a closure. */
export function reduction(closed: Precedence): Precedence {
  return new Map(
    [...closed].map(([node, before]) => {
      const implied = new Set([...before].flatMap((earlier) => [...closed.get(earlier)!]));
      return [node, new Set([...before].filter((earlier) => !implied.has(earlier)))];
    }),
  );
}

/**
 * Names in an order where each comes after its predecessors, and otherwise by the alphabet: the same for the
 * same graph. Throws for a cyclic graph, which no definition can make: a reference exists only below its
 * target.
 */
export function canonicalOrder(closed: Precedence): string[] {
  const rest = new Set([...closed.keys()].sort());
  const ordered: string[] = [];
  while (rest.size > 0) {
    const next = [...rest].find((node) => [...closed.get(node)!].every((earlier) => !rest.has(earlier)));
    if (next === undefined)
      throw new Error(`These nodes depend on each other in a cycle: ${[...rest].join(", ")}.`);
    rest.delete(next);
    ordered.push(next);
  }
  return ordered;
}

/** Groups of nodes that are linked with each other, directly or not. Preserves the order of the nodes. */
export function components(nodes: readonly string[], linked: (a: string, b: string) => boolean): string[][] {
  const groups: string[][] = [];
  const rest = new Set(nodes);
  for (const first of nodes) {
    if (!rest.delete(first)) continue;
    const group = [first];
    for (const member of group) {
      for (const other of rest) {
        if (linked(member, other)) {
          rest.delete(other);
          group.push(other);
        }
      }
    }
    groups.push(nodes.filter((node) => group.includes(node)));
  }
  return groups;
}
