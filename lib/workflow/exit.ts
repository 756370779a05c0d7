import type { Expression } from "./expression.ts";
import { type Frame, open } from "./frame.ts";
import { template } from "./jsonata.ts";
import type { Json, Transition } from "./states.ts";

/** What has to happen where a part of the machine ends. */
export interface Exit {
  /** The state that follows; undefined where the scope ends. */
  readonly next: string | undefined;
  /** Variables that later states read. */
  readonly assign: Readonly<Record<string, Expression>>;
  readonly output: Expression | undefined;
}

/** Where a scope ends, with what comes out of it. */
export function ending(output: Expression): Exit {
  return {
    next: undefined,
    assign: {},
    output: output.kind === "absent" ? { kind: "record", fields: {} } : output,
  };
}

/** The nodes whose results are read where a part of the machine ends. */
export function readAt({ assign, output }: Exit, frame: Frame): Set<string> {
  return new Set(
    [...Object.values(assign), ...(output ? [output] : [])].flatMap((read) => open(read, frame)),
  );
}

/** The fields by which a state leaves. `result` says where the results named in the exit are found. */
export function leave({ next, assign, output }: Exit, frame: Frame): Transition {
  const variables = Object.entries(assign).map(([name, value]) => [name, template(value, frame)] as const);
  return {
    ...(variables.length > 0 && { Assign: Object.fromEntries(variables) as Record<string, Json> }),
    ...(output !== undefined && { Output: template(output, frame) }),
    ...(next === undefined ? { End: true as const } : { Next: next }),
  };
}
