import type { Random } from "../../kernel/random.ts";
import { StatesError } from "../failure.ts";
import type { Argument, Call } from "./intrinsic.ts";
import { BadArgument, INTRINSICS } from "./library.ts";
import { lookUp, type PathData } from "./read.ts";

/** What payload templates and intrinsic functions can see; `random` feeds States.UUID and States.MathRandom. */
export interface TemplateData extends PathData {
  random: Random;
}

const ESCAPE = /\\(['{}\\])/g;

/** The value of a call. Throws StatesError: States.Runtime for a path without a value, else States.IntrinsicFailure. */
export function evaluateCall(call: Call, data: TemplateData): unknown {
  const values = call.arguments.map((argument) => argumentValue(argument, call, data));
  try {
    return INTRINSICS[call.name]!(values, data.random);
  } catch (error) {
    if (!(error instanceof BadArgument)) throw error;
    throw new StatesError("States.IntrinsicFailure", failing(call, error.message));
  }
}

function argumentValue(argument: Argument, call: Call, data: TemplateData): unknown {
  switch (argument.kind) {
    case "value":
      return argument.value;
    case "text":
      return call.name === "Format" && argument === call.arguments[0]
        ? argument.raw
        : argument.raw.replace(ESCAPE, "$1");
    case "call":
      return evaluateCall(argument.call, data);
    case "path": {
      const lookup = lookUp(argument.path.text, data);
      if (lookup.found) return lookup.value;
      const missing = `The JsonPath argument for the field '${argument.path.text}' could not be found in the input`;
      throw new StatesError("States.Runtime", failing(call, `${missing} '${JSON.stringify(data.input)}'`));
    }
  }
}

function failing(call: Call, problem: string): string {
  return `The function '${call.text}' had the following error: ${problem}`;
}
