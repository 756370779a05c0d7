import { nodesOf } from "./arrange.ts";
import { type Exit, ending, leave, readAt } from "./exit.ts";
import type { Expression } from "./expression.ts";
import { bind, code, type Frame } from "./frame.ts";
import type { Nodes, Order } from "./graph.ts";
import { parallelName, variableName } from "./names.ts";
import type { CompilePart } from "./position.ts";
import type { Machine } from "./states.ts";
import { resultOf } from "./traverse.ts";

/**
 * Each part is a branch with variables of its own; results that are read outside leave it through the
 * branch's output.
 */
export function compileParallel(
  parts: readonly Order[],
  nodes: Nodes,
  frame: Frame,
  exit: Exit,
  compile: CompilePart,
): Machine {
  const readOutside = readAt(exit, frame);
  const leaving = parts.map((part) => nodesOf(part).filter((name) => readOutside.has(name)));
  const name = parallelName(parts);
  const branches = parts.map((part, at) => {
    const names = leaving[at]!;
    // An inner variable may not have the name of an outer one, and a result that leaves becomes a variable
    // outside too.
    const crossings = new Map([
      ...frame.crossings,
      ...names.map((node) => [node, (frame.crossings.get(node) ?? 0) + 1] as const),
    ]);
    const fields = names.map((node) => [variableName(node), resultOf(nodes.get(node)!)] as const);
    const output: Expression = { kind: "record", fields: Object.fromEntries(fields) };
    return compile(part, { ...frame, crossings }, ending(output));
  });
  const joined = leaving.reduce(
    (outer, names, at) =>
      names.reduce(
        (inner, node) =>
          bind(inner, node, { kind: "field", of: code(`$states.result[${at}]`), name: variableName(node) }),
        outer,
      ),
    frame,
  );
  return {
    StartAt: name,
    States: { [name]: { Type: "Parallel", Branches: branches, ...leave(exit, joined) } },
  };
}
