import type { Nodes } from "./graph.ts";
import { precedingOf } from "./traverse.ts";

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
