import { leave } from "../exit.ts";
import type { Expression } from "../expression.ts";
import type { Frame } from "../frame.ts";
import { passedOn } from "../iteration.ts";
import type { Catcher } from "../states.ts";

/** Routes errors of a state to another state of the same scope. */
export function catcher(
  errors: readonly string[],
  next: string,
  frame: Frame,
  assign: Readonly<Record<string, Expression>> = {},
): Catcher {
  return { ErrorEquals: errors, ...leave({ next, assign, output: passedOn(frame) }, frame) };
}

export const TIMED_OUT = ["States.Timeout"];
