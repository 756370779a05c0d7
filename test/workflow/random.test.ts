import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { compile, definePool, gt, gte, plan, type Ref, type Workflow } from "../../lib/index.ts";
import { mostEvents } from "../../lib/workflow/limits.ts";
import { closure, type Precedence } from "../../lib/workflow/precedence.ts";
import { delayed, recorded, replayOf } from "../contract/recording/replayed.ts";
import { soaking } from "../seeds.ts";
import { diagnose } from "./diagnose.ts";
import { runWorkflow } from "./engine.ts";
import { earliest, graphs, seriesParallelGraphs } from "./graphs.ts";
import { bindings, pooledTextStep, workflowOf } from "./sample.ts";

/**
 * Random definitions, run twice: as compiled machines, and by hand. Every kind of node reads its direct predecessors
 * and some of those further back, inside and outside of branches. Graphs that sequences and parallels do not make need
 * waits from branch to branch; bodies hold such graphs as well.
 */
const KINDS = [
  "step",
  "each",
  "each tolerant",
  "when",
  "when else",
  "when much",
  "each much",
  "repeat much",
  "approval",
] as const;
type Kind = (typeof KINDS)[number];

interface Definition {
  graph: Precedence;
  kinds: Map<string, Kind>;
  /** What each node reads. */
  reads: Map<string, string[]>;
  times: Map<string, number>;
  /** Whether its steps share a pool, so that neighbours come in one message. */
  pooled: boolean;
}

const light = definePool("light", { batch: 10 });

const definitions: fc.Arbitrary<Definition> = fc
  .tuple(fc.oneof(graphs, seriesParallelGraphs), fc.infiniteStream(fc.nat(1000)))
  .map(([graph, stream]) => {
    const next = () => stream.next().value!;
    const closed = closure(graph);
    const nodes = [...graph.keys()];
    return {
      graph,
      kinds: new Map(nodes.map((node) => [node, KINDS[next() % KINDS.length]!])),
      reads: new Map(
        nodes.map((node) => [
          node,
          [...closed.get(node)!]
            .filter((before) => graph.get(node)!.has(before) || next() % 4 === 0)
            .toSorted(),
        ]),
      ),
      times: new Map(nodes.map((node) => [node, 1 + (next() % 50)])),
      pooled: next() % 2 === 0,
    };
  });

const Round = z.object({ text: z.string(), round: z.number() });
const event = { id: "o1", amount: 7, lines: ["x"], shelves: [], tags: {}, coupon: null };
const holds = (node: string) => Number(node.slice(1)) % 2 === 0;
const answer = (path: string, any: unknown) => ({ text: `${path}${JSON.stringify(any).length}` });

function describe({ graph, kinds, reads, pooled }: Definition) {
  return workflowOf((w, order) => {
    const results: Record<string, Ref<any>> = {};
    for (const node of graph.keys()) {
      const any = Object.fromEntries(reads.get(node)!.map((before) => [before, results[before]]));
      const condition = () => gt(order.amount, holds(node) ? 6 : 8);
      const use = (name: string, extra = {}) =>
        w.step(pooledTextStep(name, pooled ? light : undefined), { any: { ...any, ...extra } });
      const make: Record<Kind, () => Ref<any>> = {
        step: () => use(node),
        each: () => w.each(order.lines, (line, at) => use(`${node}-in`, { line, at }), { as: node }),
        when: () => w.when(condition(), () => use(`${node}-yes`), undefined, { as: node }),
        "when else": () =>
          w.when(
            condition(),
            () => use(`${node}-yes`).text,
            () => use(`${node}-no`),
            { as: node },
          ),
        "when much": () =>
          w.when(
            condition(),
            () => {
              const [a, b] = [use(`${node}-a`), use(`${node}-b`)];
              const inner = w.when(
                gt(order.amount, 6),
                () => ({
                  lines: w.each(order.lines, (line) => use(`${node}-in`, { line, a }), { as: `${node}-e` }),
                  a,
                }),
                undefined,
                { as: `${node}-w` },
              );
              return { a: a.text, b, inner };
            },
            () => w.each(order.lines, (line) => use(`${node}-other`, { line }), { as: `${node}-o` }),
            { as: node },
          ),
        "each much": () =>
          w.each(
            order.lines,
            (line, at) => {
              const a = use(`${node}-a`, { line });
              const b = use(`${node}-b`, { at });
              return { a, b, c: use(`${node}-c`, { a, b, line, at }).text };
            },
            { as: node },
          ),
        "each tolerant": () =>
          w.each(order.lines, (line) => [use(`${node}-in`, { line }).text], { as: node, tolerate: "100%" }),
        "repeat much": () =>
          w.repeat(
            {
              as: node,
              state: Round,
              initial: { text: "", round: 0 },
              until: (state) => gte(state.round, 2),
              most: 3,
            },
            (state, round) => {
              // c waits for b across branches, in each round again.
              const [a, b] = [use(`${node}-a`, { state }), use(`${node}-b`)];
              const c = use(`${node}-c`, { a, b });
              use(`${node}-d`, { b });
              return { text: c.text, round };
            },
          ),
        approval: () => w.approval(node, { show: any, within: "1 second", otherwise: "approve" }),
      };
      results[node] = make[kinds.get(node)!]();
    }
    return results;
  });
}

/** What each node must come to. */
function expected({ graph, kinds, reads }: Definition): Record<string, unknown> {
  const results: Record<string, any> = {};
  for (const node of graph.keys()) {
    const any = Object.fromEntries(
      reads
        .get(node)!
        .flatMap((before) => (results[before] === undefined ? [] : [[before, results[before]]])),
    );
    const make: Record<Kind, () => unknown> = {
      step: () => answer(node, any),
      each: () => event.lines.map((line, at) => answer(`${node}[${at}]/${node}-in`, { ...any, line, at })),
      when: () => (holds(node) ? answer(`${node}-yes`, any) : undefined),
      "when else": () => (holds(node) ? answer(`${node}-yes`, any).text : answer(`${node}-no`, any)),
      "when much": () => {
        if (!holds(node))
          return event.lines.map((line, at) => answer(`${node}-o[${at}]/${node}-other`, { ...any, line }));
        const a = answer(`${node}-a`, any);
        const lines = event.lines.map((line, at) =>
          answer(`${node}-e[${at}]/${node}-in`, { ...any, line, a }),
        );
        return { a: a.text, b: answer(`${node}-b`, any), inner: { lines, a } };
      },
      "each much": () =>
        event.lines.map((line, at) => {
          const path = `${node}[${at}]/${node}`;
          const [a, b] = [answer(`${path}-a`, { ...any, line }), answer(`${path}-b`, { ...any, at })];
          return { a, b, c: answer(`${path}-c`, { ...any, a, b, line, at }).text };
        }),
      "each tolerant": () =>
        event.lines.map((line, at) =>
          holds(node) ? [answer(`${node}[${at}]/${node}-in`, { ...any, line }).text] : null,
        ),
      "repeat much": () => {
        let state = { text: "", round: 0 };
        for (const round of [1, 2]) {
          const path = `${node}[${round}]/${node}`;
          const [a, b] = [answer(`${path}-a`, { ...any, state }), answer(`${path}-b`, any)];
          state = { text: answer(`${path}-c`, { ...any, a, b }).text, round };
        }
        return { state, rounds: 2, reached: true };
      },
      approval: () => ({ approved: true, decidedBy: "timeout" }),
    };
    results[node] = make[kinds.get(node)!]();
  }
  return JSON.parse(JSON.stringify(results));
}

/** Runs a definition; nodes take their times. */
async function run({ kinds, times }: Definition, workflow: Workflow) {
  return await runWorkflow(workflow, event, ({ path, input, approval }) => {
    if (approval) return undefined;
    const node = path.slice(0, 3);
    const after = times.get(node)!;
    if (kinds.get(node) === "each tolerant" && !holds(node)) return { error: "Millrace.GiveUp", after };
    return { result: answer(path, input.any), after };
  });
}

test("a compiled definition gives its defined result, in the time of its critical path", async () => {
  await fc.assert(
    fc.asyncProperty(definitions, async (definition) => {
      const { graph, kinds, times } = definition;
      const workflow = describe(definition);
      const { output, seconds, events } = await run(definition, workflow);
      expect(output).toEqual(expected(definition));
      expect(events).toBeLessThanOrEqual(mostEvents(plan(workflow)));
      const duration = (node: string) => {
        const kind = kinds.get(node)!;
        if (kind === "approval") return 1;
        if (kind === "when" && !holds(node)) return 0;
        if (kind === "repeat much") return times.get(node)! * 4;
        return times.get(node)! * (kind === "each much" || (kind === "when much" && holds(node)) ? 2 : 1);
      };
      const begins = earliest(graph, duration);
      expect(seconds).toBe(Math.max(...[...graph.keys()].map((node) => begins.get(node)! + duration(node))));
    }),
    { numRuns: soaking ? 400 : 20 },
  );
}, 120_000);

test("a run that is replayed takes the same path, whether its states took no time or some", async () => {
  await fc.assert(
    fc.asyncProperty(definitions, fc.constantFrom(0, 7), async (definition, milliseconds) => {
      const { record } = await run(definition, describe(definition));
      expect(await replayOf(recorded(delayed(record, milliseconds)))).toMatch(/^the same path/);
    }),
    { numRuns: soaking ? 200 : 10 },
  );
}, 120_000);

test("a run is replayed whole whose history takes more than one page", async () => {
  const nodes = Array.from({ length: 25 }, (_, at) => `n${String(at).padStart(2, "0")}`);
  const before = (at: number) => nodes.slice(Math.max(0, at - 1), at);
  const long: Definition = {
    graph: new Map(nodes.map((node, at) => [node, new Set(before(at))])),
    kinds: new Map(nodes.map((node) => [node, "repeat much"])),
    reads: new Map(nodes.map((node, at) => [node, before(at)])),
    times: new Map(nodes.map((node) => [node, 1])),
    pooled: false,
  };
  const { record } = await run(long, describe(long));
  expect(record.history.length).toBeGreaterThan(1_000);
  expect(await replayOf(recorded(record))).toMatch(/^the same path/);
});

test("asl-validator has nothing against what is compiled", () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      expect(diagnose(compile(describe(definition), bindings))).toEqual([]);
    }),
    { numRuns: soaking ? 100 : 4 },
  );
});
