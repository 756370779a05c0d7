import jsonata from "jsonata";
import { BoundedRegExp } from "../../kernel/regular-expression.ts";
import { remembered } from "../../kernel/remembered.ts";
import { enforceBounds } from "./bounds.ts";
import { registerFunctions } from "./functions.ts";

/** The class, though JSONata's types ask for an instance. */
const RegexEngine = BoundedRegExp as unknown as RegExp;

/**
 * The expression, ready to evaluate. It holds no state of an evaluation, so one compilation serves them all.
 * Throws JSONata's error object `{ code, message, position }` for a syntax error.
 */
export const compile = remembered(2_000, (expression) => {
  const compiled = jsonata(expression, { RegexEngine });
  enforceBounds(compiled);
  registerFunctions(compiled);
  return compiled;
});
