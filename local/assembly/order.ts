import { UserError } from "../kernel/errors.ts";

/**
 * `nodes` in an order where each comes after its dependencies, and otherwise in the given order. Throws
 * UserError for a cycle, with the cycle in it.
 */
export function inDependencyOrder(
  nodes: string[],
  dependencies: (node: string) => Iterable<string>,
): string[] {
  const ordered: string[] = [];
  const done = new Set<string>();
  const under = new Set<string>();
  const visit = (node: string) => {
    if (done.has(node)) return;
    if (under.has(node)) {
      const way = [...under];
      const cycle = [...way.slice(way.indexOf(node)), node];
      throw new UserError(
        `The templates depend on themselves: ${cycle.join(" → ")}. Break one of these references.`,
      );
    }
    under.add(node);
    for (const dependency of dependencies(node)) visit(dependency);
    under.delete(node);
    done.add(node);
    ordered.push(node);
  };
  for (const node of nodes) visit(node);
  return ordered;
}
