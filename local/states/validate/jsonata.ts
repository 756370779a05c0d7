import { compile } from "../jsonata/compile.ts";
import type { Place } from "./check.ts";
import { type Diagnostic, error } from "./diagnostic.ts";

/**
 * What the service finds wrong with a JSONata expression before it ever runs: it does not parse, or it reads what
 * is not there. Expressions have no context of their own: data is reached from `$states` or a variable.
 */
export function checkJsonata(expression: string, place: Place): Diagnostic[] {
  let tree: Node;
  try {
    tree = compile(expression).ast() as unknown as Node;
  } catch (failure) {
    return [error("INVALID_JSONATA_EXPRESSION", (failure as Error).message, place.location)];
  }
  const references = new Set(topLevelReferences(tree, true));
  const unsupported = [...references].map((name) =>
    error(
      "UNSUPPORTED_JSONATA_EXPRESSION",
      `Reference to '${name}' at the top level is not supported.`,
      place.location,
    ),
  );
  if (place.catching || !readsErrorOutput(tree)) return unsupported;
  const misplaced = "Reference to '$states.errorOutput' is only supported in a Catch.";
  return [...unsupported, error("UNSUPPORTED_JSONATA_EXPRESSION", misplaced, place.location)];
}

/** A node of JSONata's syntax tree; the type that the library declares leaves out most of what it has. */
interface Node {
  type?: string;
  value?: unknown;
  steps?: Node[];
  [field: string]: unknown;
}

/** Names that are read from the context where there is none: `top` is false wherever a step has set one. */
function topLevelReferences(node: Node, top: boolean): string[] {
  const inner = parts(node).flatMap(([part, keepsContext]) => topLevelReferences(part, top && keepsContext));
  if (node.type === "name" && top) return [String(node.value), ...inner];
  return node.type === "variable" && node.value === "$" ? ["$$", ...inner] : inner;
}

/** Below these a step has set the context: filters, groupings, sort terms and transformations. */
const NEW_CONTEXT = new Set(["stages", "predicate", "group", "terms", "pattern", "update", "delete"]);

/** The nodes right below a node, each with whether it is evaluated in the node's own context. */
function parts(node: Node): [Node, boolean][] {
  return Object.entries(node).flatMap(([field, content]) =>
    nodesIn(content).map((part, index): [Node, boolean] => [
      part,
      !NEW_CONTEXT.has(field) && !(field === "steps" && index > 0),
    ]),
  );
}

function nodesIn(content: unknown): Node[] {
  if (Array.isArray(content)) return content.flatMap(nodesIn);
  return typeof content === "object" && content !== null && !(content instanceof RegExp)
    ? [content as Node]
    : [];
}

function readsErrorOutput(node: Node): boolean {
  const [first, second] = node.type === "path" ? node.steps! : [];
  if (first?.type === "variable" && first.value === "states" && second?.value === "errorOutput") return true;
  return parts(node).some(([part]) => readsErrorOutput(part));
}
