import { TASK_ERROR } from "../../contract/failure.ts";
import { leave } from "../exit.ts";
import { code, type Frame } from "../frame.ts";
import { claimPath, passedOn } from "../iteration.ts";
import { wrap } from "../jsonata.ts";
import { variableName } from "../names.ts";
import type { Position } from "../position.ts";
import type { Catcher, Fail, States } from "../states.ts";
import { catcher } from "./catch.ts";
import { failureVariable, keepFailure } from "./fallback.ts";
import { ask } from "./question.ts";

/** The path of the question about a step. */
export function pathOfAsking(segment: string | undefined, frame: Frame): string {
  return claimPath(segment === undefined ? "asks" : `${segment}/asks`, frame);
}

/** What a doubt leads to: a person says whether the step is tried again. */
interface Doubt {
  readonly name: string;
  /** The path of the question. */
  readonly path: string;
  /** The role that is asked. */
  readonly role: string;
  /** The next state if the answer is no. */
  readonly otherwise: string;
  /** The state that tries the step, and the error with which it asks. @default the step's own */
  readonly state?: string;
  readonly error?: string;
}

/**
 * A step that cannot decide asks a person. Yes enters its state again, so that its claim allows another
 * attempt; no continues with `otherwise`, with the failure in its variable.
 *
 *     step ──Millrace.Ask──▶ asks ──▶ again? ──yes──▶ step
 *                                       └──no──▶ otherwise
 */
export function compileDoubt(
  { name, path, role, otherwise, state = name, error = TASK_ERROR.ask }: Doubt,
  position: Position,
): {
  catcher: Catcher;
  states: States;
} {
  const { frame } = position;
  const [asks, again] = [`${name} asks`, `${name} again?`];
  const decision = `${variableName(name)}_decision`;
  const question = ask(
    {
      role,
      path,
      level: 1,
      show: wrap(`$parse($${failureVariable(name)}.Cause)`),
    },
    position,
  );
  const onward = leave(
    { next: again, assign: { [decision]: code("$states.result") }, output: passedOn(frame) },
    frame,
  );
  return {
    catcher: catcher([error], asks, frame, keepFailure(name)),
    states: {
      [asks]: { ...question, ...onward },
      [again]: {
        Type: "Choice",
        Choices: [{ Condition: wrap(`$${decision}.approved`), Next: state }],
        Default: otherwise,
      },
    },
  };
}

/** Fails the run with the failure of a step. `as` makes JSONata for the name of its error. */
export function failAs(name: string, as = (error: string) => error): Fail {
  const failure = failureVariable(name);
  return { Type: "Fail", Error: wrap(as(`$${failure}.Error`)), Cause: wrap(`$${failure}.Cause`) };
}
