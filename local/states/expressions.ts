import { contextObject, visibleVariables } from "./context.ts";
import type { State } from "./definition.ts";
import type { Frame } from "./frame.ts";
import { evaluateJsonataTemplate } from "./jsonata/evaluate.ts";
import { evaluatePayloadTemplate, readPath } from "./jsonpath/index.ts";
import { plain } from "./numbers.ts";
import type { Run } from "./run.ts";

/** What $states has besides input and context. */
export interface Reserved {
  result?: unknown;
  errorOutput?: unknown;
}

/** Evaluates every `{% … %}` of a field. `where` is the field's name, for messages. */
export async function evaluateField(
  run: Run,
  frame: Frame,
  template: unknown,
  where: string,
  reserved: Reserved = {},
): Promise<unknown> {
  const states = { input: frame.input, context: contextObject(run, frame), ...reserved };
  const bindings = { ...visibleVariables(run, frame), states };
  return await evaluateJsonataTemplate(template, plain(bindings), run.environment, where);
}

/** What a JSONPath of the frame's state can refer to; `input` is the value of `$`. */
export function pathData(run: Run, frame: Frame, input: unknown) {
  return {
    input,
    get context() {
      return contextObject(run, frame);
    },
    get variables() {
      return visibleVariables(run, frame);
    },
    random: run.environment.random,
  };
}

/** Reads InputPath or OutputPath: absent means all, null means an empty object. */
export function throughPath(
  run: Run,
  frame: Frame,
  path: string | null | undefined,
  value: unknown,
): unknown {
  if (path === undefined || path === "$") return value;
  if (path === null) return {};
  return readPath(path, pathData(run, frame, value));
}

/** What InputPath selects. */
export function inputOf(run: Run, frame: Frame, state: State): unknown {
  const input = throughPath(run, frame, state.InputPath, frame.input);
  run.note("afterInputPath", input);
  return input;
}

/** What the state works on: Arguments, or Parameters applied to what InputPath selects. */
export async function effectiveInput(run: Run, frame: Frame, state: State): Promise<unknown> {
  if (run.isJsonata(state)) {
    if (state.Arguments === undefined) return frame.input;
    const value = await evaluateField(run, frame, state.Arguments, "Arguments");
    run.note("afterArguments", value);
    return value;
  }
  const input = inputOf(run, frame, state);
  const value =
    state.Parameters === undefined
      ? input
      : evaluatePayloadTemplate(state.Parameters, pathData(run, frame, input));
  run.note("afterParameters", value);
  return value;
}
