import fc from "fast-check";
import { expect, test } from "vitest";
import { arrange, nodesOf, waitsOf, walkOrder } from "../../lib/workflow/arrange.ts";
import { minimumCut } from "../../lib/workflow/cut.ts";
import type { Order } from "../../lib/workflow/graph.ts";
import { closure, type Precedence, reduction } from "../../lib/workflow/precedence.ts";
import { earliest, graphs, nodeName, seriesParallelGraphs } from "./graphs.ts";

/** When each node begins, if all that an order asks for is kept and nothing else. */
function schedule(
  order: Order,
  duration: (node: string) => number,
): { begins: Map<string, number>; end: number } {
  const begins = new Map<string, number>();
  const ends = new Map<string, number>();
  // A wait may look at a branch that comes later in the text: go round until nothing changes.
  const place = (part: Order, start: number): number => {
    switch (part.kind) {
      case "node":
        begins.set(part.node, start);
        ends.set(part.node, start + duration(part.node));
        return ends.get(part.node)!;
      case "wait":
        return Math.max(start, ends.get(part.on) ?? Number.POSITIVE_INFINITY);
      case "signal":
      case "group":
        return start;
      case "sequence":
        return part.parts.reduce((time, inner) => place(inner, time), start);
      case "parallel":
        return Math.max(...part.parts.map((inner) => place(inner, start)));
    }
  };
  let end = place(order, 0);
  for (let round = 0; round < ends.size && !Number.isFinite(end); round++) end = place(order, 0);
  for (let last = Number.NaN; last !== end; ) [last, end] = [end, place(order, 0)];
  return { begins, end };
}

const durations = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 40, maxLength: 40 });

test("every node begins as early as its graph allows, for any durations: no order is added, none is lost", () => {
  fc.assert(
    fc.property(graphs, durations, (graph, times) => {
      const duration = (node: string) => times[Number(node.slice(1))]!;
      const order = arrange(graph, graph)!;
      expect(nodesOf(order).toSorted()).toEqual([...graph.keys()].toSorted());
      expect(schedule(order, duration).begins).toEqual(earliest(graph, duration));
    }),
    { numRuns: 500 },
  );
});

test("a graph of sequences and parallels needs no wait", () => {
  fc.assert(
    fc.property(seriesParallelGraphs, (graph) => {
      expect(waitsOf(arrange(graph, new Map())!)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("a wait replaces only a precedence of the graph itself", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      for (const { on, before } of waitsOf(arrange(graph, graph)!))
        expect(graph.get(before)!.has(on)).toBe(true);
    }),
  );
});

test("a value for another branch is passed by a wait, even if the order exists already, and once", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const order = arrange(graph, graph)!;
      for (const [node, befores] of graph) {
        for (const before of befores) expect(brought(order, before, node)).toBe(1);
      }
    }),
    { numRuns: 300 },
  );
});

/** How often one node's result becomes known where another begins: by the node itself, or by a wait for it. */
function brought(order: Order, from: string, to: string): number {
  if (!("parts" in order)) return 0;
  const within = order.parts.findIndex((part) => nodesOf(part).includes(to));
  const earlier = order.kind === "sequence" ? order.parts.slice(0, within) : [];
  const times = earlier.filter((part) =>
    part.kind === "wait" ? part.on === from : nodesOf(part).includes(from),
  ).length;
  return times + brought(order.parts[within]!, from, to);
}

test("an awaited node signals, once and directly after itself, with its result if it is read", () => {
  fc.assert(
    fc.property(graphs, fc.infiniteStream(fc.boolean()), (graph, coin) => {
      const carried: Precedence = new Map(
        [...graph].map(([node, befores]) => [node, new Set([...befores].filter(() => coin.next().value))]),
      );
      const order = arrange(graph, carried)!;
      const waits = waitsOf(order);
      const parts = [...walkOrder(order)];
      const signals = parts.filter((part) => part.kind === "signal");
      expect(signals.map(({ of }) => of).toSorted()).toEqual(
        [...new Set(waits.map(({ on }) => on))].toSorted(),
      );
      for (const { of, carries } of signals) {
        const reader = [...carried].some(
          ([node, sources]) =>
            sources.has(of) && brought(order, of, node) === 1 && !inBranchOf(order, of, node),
        );
        expect(carries).toBe(reader);
        const sequence = parts.find(
          (part) =>
            part.kind === "sequence" && part.parts.includes(signals.find((signal) => signal.of === of)!),
        );
        const siblings = (sequence as Extract<Order, { parts: unknown }>).parts;
        const at = siblings.findIndex((part) => part.kind === "signal" && part.of === of);
        expect(siblings[at - 1]).toEqual({ kind: "node", node: of });
      }
    }),
    { numRuns: 200 },
  );
});

/** Whether a node is known to another without a wait: where they part, it is in an earlier part. */
function inBranchOf(order: Order, from: string, to: string): boolean {
  if (!("parts" in order)) return false;
  const [at, toAt] = [from, to].map((node) => order.parts.findIndex((part) => nodesOf(part).includes(node)));
  if (at === toAt) return inBranchOf(order.parts[at!]!, from, to);
  return order.kind === "sequence" && at! < toAt!;
}

test("the order of the lines in a definition makes no difference", () => {
  fc.assert(
    fc.property(graphs, fc.infiniteStream(fc.nat()), (graph, ranks) => {
      const rank = new Map([...graph.keys()].map((node) => [node, ranks.next().value!]));
      const shuffled = new Map([...graph].sort(([a], [b]) => rank.get(a)! - rank.get(b)!));
      expect(arrange(shuffled, shuffled)).toEqual(arrange(graph, graph));
    }),
  );
});

test("two sources that share one of two targets are cut where one precedence crosses", () => {
  const graph: Precedence = new Map([
    ["a", new Set()],
    ["b", new Set()],
    ["c", new Set(["a", "b"])],
    ["d", new Set(["b"])],
  ]);
  expect(arrange(graph, graph)).toEqual({
    kind: "parallel",
    parts: [
      {
        kind: "sequence",
        parts: [
          { kind: "node", node: "a" },
          { kind: "wait", on: "b", before: "c" },
          { kind: "node", node: "c" },
        ],
      },
      {
        kind: "sequence",
        parts: [
          { kind: "node", node: "b" },
          { kind: "signal", of: "b", carries: true },
          { kind: "node", node: "d" },
        ],
      },
    ],
  });
});

test("a graph with a cycle has no order", () => {
  const circle: Precedence = new Map([
    ["a", new Set(["b"])],
    ["b", new Set(["a"])],
    ["c", new Set()],
  ]);
  expect(() => arrange(circle, circle)).toThrow("These nodes depend on each other in a cycle: a, b.");
});

test("no graph, no order", () => {
  expect(arrange(new Map(), new Map())).toBeUndefined();
});

test("the cut crosses as few links as any cut could", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 8 }), fc.infiniteStream(fc.boolean()), (size, coin) => {
      const nodes = Array.from({ length: size }, (_, at) => nodeName(at));
      // A chain keeps the group connected.
      const links = new Set(
        nodes.flatMap((a, i) =>
          nodes.slice(i + 1).flatMap((b, j) => (j === 0 || coin.next().value ? [`${a}${b}`] : [])),
        ),
      );
      const weight = (a: string, b: string) => Number(links.has(`${a}${b}`) || links.has(`${b}${a}`));
      const crossing = (half: readonly string[]) =>
        half.reduce((sum, a) => sum + nodes.filter((b) => !half.includes(b) && weight(a, b) === 1).length, 0);
      const every = Array.from({ length: 2 ** size - 2 }, (_, mask) =>
        nodes.filter((_node, at) => ((mask + 1) >> at) & 1),
      );
      const [one, other] = minimumCut(nodes, weight);
      expect([...one, ...other].toSorted()).toEqual(nodes);
      expect(crossing(one)).toBe(Math.min(...every.map(crossing)));
    }),
  );
});

test("the reduction keeps what the closure says, with nothing to spare", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const closed = closure(graph);
      const reduced = reduction(closed);
      expect(closure(reduced)).toEqual(closed);
      for (const [node, befores] of reduced) {
        for (const before of befores) {
          const without = new Map([
            ...reduced,
            [node, new Set([...befores].filter((kept) => kept !== before))],
          ]);
          expect(closure(without)).not.toEqual(closed);
        }
      }
    }),
    { numRuns: 60 },
  );
});
