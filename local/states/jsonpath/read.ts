import { isDataObject } from "../../kernel/raw-number.ts";
import { StatesError } from "../failure.ts";
import { plain } from "../numbers.ts";
import { compare } from "./compare.ts";
import { PATH_FUNCTIONS } from "./functions.ts";
import { parsePath } from "./parse.ts";
import { type Condition, isDefinite, type Operand, type Path, type Step } from "./path.ts";

/** The documents that the paths of a state can refer to. */
export interface PathData {
  /** `$` */
  input: unknown;
  /** `$$` */
  context: unknown;
  /** `$name`, by name. */
  variables: Record<string, unknown>;
}

export type Lookup = { found: true; value: unknown } | { found: false; reason: string };

/**
 * The value at `text`, or why there is none, in the service's words. A path that may match several nodes is
 * always found: it gives the list of what it matches, empty where a step on the way leads nowhere.
 */
export function lookUp(text: string, data: PathData): Lookup {
  return follow(parsePath(text), data, undefined);
}

/** The value at `text`. Throws StatesError("States.Runtime"). */
export function readPath(text: string, data: PathData): unknown {
  const lookup = lookUp(text, data);
  if (!lookup.found) throw new StatesError("States.Runtime", `Invalid path '${text}' : ${lookup.reason}`);
  return lookup.value;
}

function follow(path: Path, data: PathData, item: unknown): Lookup {
  let nodes: unknown[] = [rootOf(path, data, item)].filter((node) => node !== undefined);
  if (nodes.length === 0) return { found: false, reason: noResults(path) };
  let single = true;
  for (const [index, step] of path.steps.entries()) {
    if (step.kind === "function") {
      const result = PATH_FUNCTIONS[step.name]!(single ? nodes[0] : nodes);
      nodes = result === undefined ? [] : [result];
      single = true;
    } else {
      nodes = nodes.flatMap((node) => select(node, step, data));
      single &&= isDefinite(step);
    }
    if (single && nodes.length === 0 && path.steps.slice(index).every(isDefinite)) {
      const trail = path.steps.slice(0, index + 1);
      const isLast = trail.length === path.steps.length;
      return {
        found: false,
        reason: isLast ? noResults(path) : `Missing property in path ${canonical(trail)}`,
      };
    }
  }
  return { found: true, value: single ? nodes[0] : nodes };
}

function noResults(path: Path): string {
  return `No results for path: ${canonical(path.steps)}`;
}

function rootOf({ root }: Path, data: PathData, item: unknown): unknown {
  if (root.kind === "item") return item;
  if (root.kind === "input") return data.input;
  if (root.kind === "context") return data.context;
  return Object.hasOwn(data.variables, root.name) ? data.variables[root.name] : undefined;
}

/** The nodes that one step of a path selects from `node`. */
function select(node: unknown, step: Exclude<Step, { kind: "function" }>, data: PathData): unknown[] {
  switch (step.kind) {
    case "names": {
      if (!isDataObject(node)) return [];
      const present = step.names.filter((name) => Object.hasOwn(node, name));
      if (step.names.length === 1) return present.map((name) => node[name]);
      return [Object.fromEntries(present.map((name) => [name, node[name]]))];
    }
    case "indexes":
      if (!Array.isArray(node)) return [];
      return step.indexes.map((index) => node.at(index)).filter((item) => item !== undefined);
    case "slice":
      return Array.isArray(node) ? node.slice(step.from, step.to) : [];
    case "wildcard":
      return children(node);
    case "filter": {
      const candidates = Array.isArray(node) ? node : isDataObject(node) ? [node] : [];
      return candidates.filter((candidate) => accepts(step.condition, candidate, data));
    }
    case "descend":
      return [node, ...descendants(node)].flatMap((container) => select(container, step.selector, data));
  }
}

function children(node: unknown): unknown[] {
  if (Array.isArray(node)) return node;
  return isDataObject(node) ? Object.values(node) : [];
}

function descendants(node: unknown): unknown[] {
  return children(node).flatMap((child) => [child, ...descendants(child)]);
}

function accepts(condition: Condition, item: unknown, data: PathData): boolean {
  switch (condition.kind) {
    case "or":
      return condition.conditions.some((part) => accepts(part, item, data));
    case "and":
      return condition.conditions.every((part) => accepts(part, item, data));
    case "not":
      return !accepts(condition.condition, item, data);
    case "exists":
      return operandValue({ kind: "path", path: condition.path }, item, data) !== undefined;
    case "compare":
      return compare(
        operandValue(condition.left, item, data),
        condition.operator,
        operandValue(condition.right, item, data),
      );
  }
}

function operandValue(operand: Operand, item: unknown, data: PathData): unknown {
  if (operand.kind === "value") return operand.value;
  const lookup = follow(operand.path, data, item);
  return lookup.found ? plain(lookup.value) : undefined;
}

/** The path as the service writes it in errors: `$['items'][0]`. */
function canonical(steps: Step[]): string {
  return `$${steps.map(canonicalStep).join("")}`;
}

function canonicalStep(step: Step): string {
  switch (step.kind) {
    case "names":
      return `[${step.names.map((name) => `'${name}'`).join(",")}]`;
    case "indexes":
      return `[${step.indexes.join(",")}]`;
    case "slice":
      return `[${step.from ?? ""}:${step.to ?? ""}]`;
    case "wildcard":
      return "[*]";
    case "filter":
      return "[?]";
    case "descend":
      return `..${canonicalStep(step.selector)}`;
    case "function":
      return `.${step.name}()`;
  }
}
