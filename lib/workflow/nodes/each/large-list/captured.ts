import { type Expression, walk } from "../../../expression.ts";
import type { Frame } from "../../../frame.ts";
import type { Block } from "../../../graph.ts";
import { loopVariable } from "../../../names.ts";
import { nodesIn } from "../../../traverse.ts";

/** What the states of a part read of their parent execution, whose variables and input they do not see. */
export interface Captured {
  /** Whether they read the event that started the run. */
  readonly event: boolean;
  readonly variables: readonly string[];
}

/** What these expressions in the body of a list read of the execution around it. */
export function capturedBy(read: readonly Expression[], body: Block, frame: Frame): Captured {
  const inside = new Set(nodesIn(body).map(({ name }) => name));
  const parts = read.flatMap((expression) => [...walkBound(expression, frame)]);
  const variables = parts.flatMap((part): readonly string[] => {
    switch (part.kind) {
      case "code":
        return part.variables;
      case "state":
      case "round":
        return inside.has(part.repeat) ? [] : [loopVariable(part.repeat, part.kind)];
      default:
        return [];
    }
  });
  return {
    event: parts.some(({ kind }) => kind === "event"),
    variables: [...new Set(variables)].sort(),
  };
}

/** An expression and all its parts, with those of the results that exist outside of the list. */
function* walkBound(expression: Expression, frame: Frame): Generator<Expression> {
  for (const part of walk(expression)) {
    yield part;
    const bound = part.kind === "result" ? frame.values.get(part.node) : undefined;
    if (bound) yield* walkBound(bound, frame);
  }
}
