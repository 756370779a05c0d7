import { DefinitionError } from "../contract/definition-error.ts";
import { arrange } from "./arrange.ts";
import { resultsIn } from "./expression.ts";
import type { Block, Node } from "./graph.ts";
import { fuse } from "./groups/fuse.ts";
import { variableName } from "./names.ts";
import { type Callee, placeOf } from "./place.ts";
import { express } from "./plain-value.ts";
import { describe, reference } from "./proxy.ts";
import { type Recording, within } from "./recording.ts";
import type { Ref, Reference } from "./ref.ts";
import type { Shape } from "./shape.ts";
import { precedingOf, readBy } from "./traverse.ts";
import type { Workflow } from "./workflow.ts";

/** Common options of every node. */
export interface Use {
  /** Names this use. The keys of claims contain the name: renaming it creates different effects. */
  as?: string;
  /** Nodes that must be done first although none of their results is read. */
  after?: readonly Reference<unknown>[];
}

/** A node without what the site knows of every node: those before it, and the facts about its result. */
type NewNode<N extends Node = Node> = N extends Node ? Omit<N, "after" | "facts"> : never;

/** The part of a definition to which nodes are added. */
export interface Site {
  readonly recording: Recording;
  /** Adds a node and returns a reference to its result. */
  add<T>(node: NewNode, shape: Shape, use: Use, callee: Callee): Ref<T>;
  /** The shape of another workflow's output. */
  readonly outputOf: (workflow: Workflow) => Shape;
  /** Runs a part of the definition and returns its nodes, with the shape of its value. */
  block(label: string, body: () => unknown, callee: Callee): { block: Block; shape: Shape };
}

const NAME = /^[a-z][a-z0-9-]{0,47}$/;

export function openSite(recording: Recording, outputOf: Site["outputOf"]): Site {
  const added = new Map<string, { node: NewNode; place: string }>();
  let nodes: Node[] = [];

  return {
    recording,
    outputOf,

    add(node, shape, { as, after = [] }, callee) {
      const place = placeOf(callee);
      refuseName(as ?? node.segment, place);
      // Names that give the same variable count as equal.
      const variable = variableName(node.name);
      const earlier = added.get(variable);
      if (earlier) throw new DefinitionError(sameName(node, earlier), place);
      added.set(variable, { node, place });
      const { optional, nullable, list } = shape;
      const before = after.flatMap((given, at) => resultsOf(given, `after[${at}] of "${node.name}"`, callee));
      nodes.push({ ...node, after: before, facts: { optional, nullable, list } });
      return reference({
        expression: { kind: "result", node: node.name },
        shape,
        text: node.name,
        recording,
        scope: recording.scope,
        place,
        use: () => {},
      });
    },

    block(label, body, callee) {
      const outer = nodes;
      nodes = [];
      try {
        return within(recording, label, () => {
          const { expression: value, shape } = express(body(), `What comes out of ${label}`, callee);
          return { block: blockOf(nodes, value), shape };
        });
      } finally {
        nodes = outer;
      }
    },
  };
}

/** A name of a use does not help where two steps have one name: their queue would be the same. */
function sameName(node: NewNode, { node: earlier, place }: { node: NewNode; place: string }): string {
  if (
    node.kind === "step" &&
    earlier.kind === "step" &&
    node.spec !== earlier.spec &&
    node.spec.name === earlier.spec.name
  )
    return `Two different steps have the name "${node.spec.name}": this one, and the one that is used at ${place}. Rename one in its defineStep, or use the same definition in both places.`;
  return `Two nodes have the same name: "${node.name}" and "${earlier.name}" at ${place}. Rename one with { as: "…" }; for a step in w.each, use w.each(list, (item) => w.step(…, item, { as: "…" }), …).`;
}

function blockOf(nodes: readonly Node[], value: Block["value"]): Block {
  const names = new Set(nodes.map(({ name }) => name));
  const precedence = (of: (node: Node) => Set<string>) =>
    new Map(nodes.map((node) => [node.name, of(node).intersection(names)]));
  const sorted = nodes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const order = arrange(precedence(precedingOf), precedence(readBy));
  return {
    nodes: sorted,
    value,
    order: order && fuse(order, new Map(nodes.map((node) => [node.name, node]))),
  };
}

function resultsOf(given: Reference<unknown>, what: string, callee: Callee): string[] {
  if (given === undefined) {
    throw new DefinitionError(
      `${what} is undefined. "after" can name only nodes that are defined above. Move this node below them.`,
      placeOf(callee),
    );
  }
  const results = describe(given) ? resultsIn(express(given, what, callee).expression) : [];
  if (results.length === 0) {
    throw new DefinitionError(
      `${what} is not the result of a node. Use what w.step, w.each, w.when or w.approval returned.`,
      placeOf(callee),
    );
  }
  return results;
}

function refuseName(name: string | undefined, place: string): void {
  if (name === undefined || NAME.test(name)) return;
  throw new DefinitionError(
    `The name "${name}" must have up to 48 lower-case letters, digits and dashes, and begin with a letter.`,
    place,
  );
}
