import { CHILD_FAILED, DISCARDED, TASK_ERROR, UNAVAILABLE } from "../../contract/failure.ts";
import { bind, code, type Frame } from "../frame.ts";
import type { Block, ChildNode, StepNode } from "../graph.ts";
import { variableName } from "../names.ts";
import type { Position } from "../position.ts";
import type { Machine } from "../states.ts";
import type { NodeKind } from "./kind.ts";
import { standIn } from "./stand-in.ts";

/** The errors of a state that lead to its fallback. */
export const FOR_GOOD = [TASK_ERROR.retry, TASK_ERROR["give-up"], UNAVAILABLE, DISCARDED, CHILD_FAILED];

/** The answers of a kind whose nodes may have a fallback, and no other block. */
export const ofFallback = {
  heading: () => "if that fails",
  inPaths: "nothing",
  message: () => undefined,
  origins: ({ blocks }, path) => (blocks.fallback ? [[blocks.fallback.value, path]] : []),
} as const satisfies Partial<NodeKind<ChildNode | StepNode>>;

/** The states of a fallback, entered with the failure in its variable. */
export function compileFallback(block: Block, name: string, position: Position): Machine {
  return standIn(block, name, `${name} fallback`, { ...position, frame: withFailure(name, position.frame) });
}

function withFailure(name: string, frame: Frame): Frame {
  const variable = failureVariable(name);
  const ofCause = (field: string) => code(`$parse($${variable}.Cause).${field}`, [variable]);
  return bind(frame, failureName(name), {
    kind: "record",
    fields: { error: ofCause("name"), message: ofCause("message") },
  });
}

/** The expression of a failure: as if it were the result of a node. No node can have this name. */
export function failureName(name: string): string {
  return `${name} failure`;
}

/** The variable for a failure as Step Functions reports it. No node's variable can have this name. */
export function failureVariable(name: string): string {
  return `${variableName(name)}_failure`;
}

/** What a catcher stores about a failure. */
export function keepFailure(name: string) {
  return { [failureVariable(name)]: code("$states.errorOutput") };
}
