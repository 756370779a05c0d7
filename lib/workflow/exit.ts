import type { Expression } from "./expression.ts";
import { type Frame, open } from "./frame.ts";
import { template } from "./jsonata.ts";
import type { Json, Transition } from "./states.ts";

/** What has to happen at the end of a part of the machine. */
export interface Exit {
  /** The next state; undefined at the end of the scope. */
  readonly next: string | undefined;
  /** Variables that later states read. */
  readonly assign: Readonly<Record<string, Expression>>;
  readonly output: Expression | undefined;
}

/** The end of a scope, with its output. */
export function ending(output: Expression): Exit {
  return {
    next: undefined,
    assign: {},
    output: output.kind === "absent" ? { kind: "record", fields: {} } : output,
  };
}

/** The nodes whose results are read at the end of a part of the machine. */
export function readAt({ assign, output }: Exit, frame: Frame): Set<string> {
  return new Set(
    [...Object.values(assign), ...(output ? [output] : [])].flatMap((read) => open(read, frame)),
  );
}

/** The fields with which a state ends. `result` says where the results named in the exit are found. */
export function leave({ next, assign, output }: Exit, frame: Frame): Transition {
  const variables = Object.entries(assign).map(([name, value]) => [name, template(value, frame)] as const);
  return {
    ...(variables.length > 0 && { Assign: Object.fromEntries(variables) as Record<string, Json> }),
    ...(output !== undefined && { Output: template(output, frame) }),
    ...(next === undefined ? { End: true as const } : { Next: next }),
  };
}
