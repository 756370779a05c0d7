import { UserError } from "../kernel/errors.ts";

/** What is deployed after what. */
export class Dependencies {
  private readonly dependenciesOf = new Map<string, Set<string>>();

  /** `node` is deployed after `dependency`. */
  add(node: string, dependency: string): void {
    const known = this.dependenciesOf.get(node) ?? new Set();
    this.dependenciesOf.set(node, known.add(dependency));
    if (!this.dependenciesOf.has(dependency)) this.dependenciesOf.set(dependency, new Set());
  }

  /**
   * All nodes, each after its dependencies, and otherwise in the order in which they were added. Throws
   * UserError for a cycle, with the cycle in it.
   */
  inOrder(): string[] {
    const ordered = new Set<string>();
    const visiting = new Set<string>();
    const visit = (node: string) => {
      if (ordered.has(node)) return;
      if (visiting.has(node)) throw cyclic([...visiting], node);
      visiting.add(node);
      for (const dependency of this.dependenciesOf.get(node)!) visit(dependency);
      visiting.delete(node);
      ordered.add(node);
    };
    for (const node of this.dependenciesOf.keys()) visit(node);
    return [...ordered];
  }
}

function cyclic(path: string[], node: string): UserError {
  const cycle = [...path.slice(path.indexOf(node)), node];
  return new UserError(
    `The templates depend on themselves: ${cycle.join(" → ")}. Break one of these references.`,
  );
}
