import { type Expression, walk } from "./expression.ts";
import type { Block, Nodes } from "./graph.ts";
import { itemOf } from "./names.ts";
import { kindOf } from "./nodes/index.ts";
import { isWalk, type Path } from "./nodes/kind.ts";
import { plan } from "./plan.ts";
import { blocksIn, byName, nodesIn } from "./traverse.ts";
import type { Workflow } from "./workflow.ts";

/** The parts of a node's result that must not be offloaded as a whole. */
export interface Looks {
  /** What the state machine reads. */
  readsOf(node: string): string[];
  /** The same, and the objects of which a field is passed on: "scene.{}". */
  keepsOf(node: string): string[];
}

/**
 * The parts of each node's result that the state machine itself reads: in conditions, texts, keys and times,
 * and in the lists that it iterates. Values that are only passed on do not count, since workers exchange
 * large values by reference. Written as in `StepMessage.reads`: "score.value", "scenes[]", "scenes[].kind",
 * "" for the whole.
 */
export function readsOf(block: Block): Looks {
  const nodes = byName(nodesIn(block));
  const found = new Map<string, Set<string>>();

  function need([value, path]: Part): void {
    if (value.kind === "event") note(EVENT, write(path));
    if (value.kind === "item") note(itemOf(value.each), write(path));
    const node = value.kind === "result" ? nodes.get(value.node) : undefined;
    if (node && note(node.name, write(path))) kindOf(node).origins(node, path).forEach(need);
    else partsOf(value, path, nodes).forEach(need);
  }

  function note(node: string, path: string): boolean {
    const known = found.get(node) ?? new Set();
    if (known.has(path)) return false;
    found.set(node, known.add(path));
    return true;
  }

  for (const node of nodes.values()) {
    const uses = kindOf(node).uses(node);
    for (const [role, value] of Object.entries<Expression>(node.reads)) {
      const usage = uses[role];
      if (usage !== "passed on") need([value, usage === "iterated" ? ["[]"] : []]);
    }
  }
  const values = [...nodes.values()].flatMap(({ reads }) => Object.values<Expression>(reads));
  for (const value of [...values, ...blocksIn(block).map((inner) => inner.value)])
    lookedAtOnTheWay(value).forEach(need);
  const keepsOf = (node: string) => [...(found.get(node) ?? [])].sort();
  return { readsOf: (node) => keepsOf(node).filter((path) => !path.endsWith(OBJECT)), keepsOf };
}

/** The end of a path to an object of which a field is passed on. */
const OBJECT = "{}";

/** The name of the starting event among the names of nodes. */
const EVENT = "";

/** The parts of the payload that starts a run that its state machine itself reads. */
export function eventReads(workflow: Workflow): string[] {
  return readsOf(plan(workflow).block).readsOf(EVENT);
}

/** A value, and a path in it. */
type Part = readonly [Expression, Path];

/** The origin of a part of a value. */
function partsOf(value: Expression, path: Path, nodes: Nodes): readonly Part[] {
  switch (value.kind) {
    case "item": {
      const each = nodes.get(value.each);
      return each?.kind === "each" ? [[each.reads.list, inList(path)]] : [];
    }
    case "state":
      return [[{ kind: "result", node: value.repeat }, ["state", ...path]]];
    case "read":
      return [[value.of, path]];
    case "field":
      return [[value.of, [value.name, ...path]]];
    case "at":
      return [[value.of, inList(path)]];
    case "record": {
      const [name, ...rest] = path;
      // The machine makes this object itself.
      if (name === OBJECT) return [];
      const fields = name === undefined ? Object.values(value.fields) : [value.fields[name] ?? []].flat();
      return fields.map((field) => [field, rest]);
    }
    case "list":
      return isWalk(path) || path[0] === OBJECT ? [] : value.items.map((item) => [item, path.slice(1)]);
    case "call":
      return operandsOf(value, path);
    case "script":
      return value.values.map((operand) => [operand, []]);
    default:
      return [];
  }
}

/** What is read to find a value that is then passed on unchanged. */
function lookedAtOnTheWay(value: Expression): Part[] {
  return [...walk(value)].flatMap((part): readonly Part[] => {
    switch (part.kind) {
      case "field":
        return [[part.of, [OBJECT]]];
      case "at":
        return [
          [part.of, ["[]"]],
          [part.key, []],
        ];
      case "call":
        return operandsOf(part);
      case "script":
        return [[part, []]];
      default:
        return [];
    }
  });
}

type Call = Extract<Expression, { kind: "call" }>;

/**
 * What an operator reads of its operands, if a part of its value is read or all of it is passed on. Whether
 * the value exists can be derived from a reference to it too.
 */
function operandsOf({ operator, operands }: Call, path?: Path): readonly Part[] {
  switch (operator) {
    case "exists":
      return [];
    case "orElse":
      return path ? operands.map((operand) => [operand, path]) : [];
    case "lookup":
      return operands.slice(path ? 0 : 1).map((operand) => [operand, []]);
    case "size":
      return operands.map((operand) => [operand, ["[]"]]);
    default:
      return operands.map((operand) => [operand, []]);
  }
}

/** The path in a list for a path in its items. */
function inList(path: Path): Path {
  return path.length === 0 ? path : ["[]", ...path];
}

/** A path as text, cut above a field whose name would be ambiguous. */
function write(path: Path): string {
  const strange = path.findIndex((part) => part !== "[]" && /[.[\]]/.test(part));
  return path
    .slice(0, strange === -1 ? undefined : strange)
    .map((part) => (part === "[]" ? part : `.${part}`))
    .join("")
    .replace(/^\./, "");
}
