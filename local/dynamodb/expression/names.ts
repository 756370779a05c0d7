import { remembered } from "../../kernel/remembered.ts";
import { wellFormedCondition } from "./condition.ts";
import { writtenProjection } from "./projection.ts";
import type { PathStep, Syntax } from "./syntax.ts";
import { wellFormedUpdate } from "./update.ts";

const MOST_EXPRESSIONS = 1000;

// The top-level attributes that an expression names, or their placeholders ("#name"). Throws the same errors
// as the parser of the expression.

export const attributesOfCondition = remembered(MOST_EXPRESSIONS, (expression) =>
  namesIn(wellFormedCondition(expression)),
);

export const attributesOfUpdate = remembered(MOST_EXPRESSIONS, (expression) =>
  wellFormedUpdate(expression).flatMap(({ target, operand }) => [
    ...namesIn(target),
    ...(operand ? namesIn(operand) : []),
  ]),
);

export const attributesOfProjection = remembered(MOST_EXPRESSIONS, (expression) =>
  writtenProjection(expression).map((steps) => nameOf(steps[0]!)),
);

function namesIn(syntax: Syntax): string[] {
  switch (syntax.kind) {
    case "path":
      return [nameOf(syntax.steps[0]!)];
    case "value":
      return [];
    case "call":
      return syntax.arguments.flatMap(namesIn);
    case "operator":
      return syntax.operands.flatMap(namesIn);
  }
}

function nameOf(step: PathStep): string {
  if (typeof step === "number") throw new Error("A path began with an index");
  return "name" in step ? step.name : step.placeholder;
}
