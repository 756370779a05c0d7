import fc from "fast-check";
import type { Precedence } from "../../lib/workflow/precedence.ts";

/** Random graphs: each node may come after any three of those before it. */
export const graphs: fc.Arbitrary<Precedence> = fc
  .integer({ min: 1, max: 14 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, at) =>
        fc.subarray(
          Array.from({ length: at }, (_, before) => before),
          { maxLength: Math.min(3, at) },
        ),
      ),
    ),
  )
  .map((befores) => new Map(befores.map((before, at) => [nodeName(at), new Set(before.map(nodeName))])));

/** Random graphs made of sequences and parallels. */
export const seriesParallelGraphs: fc.Arbitrary<Precedence> = fc
  .letrec<{ tree: Tree; nested: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constant("leaf" as const),
      tie("nested"),
    ),
    nested: fc.record({
      kind: fc.constantFrom("sequence" as const, "parallel" as const),
      parts: fc.array(tie("tree"), { minLength: 2, maxLength: 4 }),
    }),
  }))
  .nested.map(graphOf);

type Tree = "leaf" | { kind: "sequence" | "parallel"; parts: Tree[] };

export function nodeName(at: number): string {
  return `n${String(at).padStart(2, "0")}`;
}

function graphOf(tree: Tree): Precedence {
  const graph = new Map<string, Set<string>>();
  const build = (part: Tree, before: readonly string[]): readonly string[] => {
    if (part === "leaf") {
      const node = nodeName(graph.size);
      graph.set(node, new Set(before));
      return [node];
    }
    if (part.kind === "parallel") return part.parts.flatMap((inner) => build(inner, before));
    return part.parts.reduce((last, inner) => build(inner, last), before);
  };
  build(tree, []);
  return graph;
}

/** When each node could begin at best, if each takes its time. */
export function earliest(graph: Precedence, duration: (node: string) => number): Map<string, number> {
  const begins = new Map<string, number>();
  const begin = (node: string): number => {
    const known = begins.get(node);
    if (known !== undefined) return known;
    const time = Math.max(0, ...[...graph.get(node)!].map((before) => begin(before) + duration(before)));
    begins.set(node, time);
    return time;
  };
  for (const node of graph.keys()) begin(node);
  return begins;
}
