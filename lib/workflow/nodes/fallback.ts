import { CHILD_FAILED, DISCARDED, TASK_ERROR, UNAVAILABLE } from "../../contract/failure.ts";
import { bind, code, type Frame } from "../frame.ts";
import type { Block } from "../graph.ts";
import { variableName } from "../names.ts";
import { reference } from "../proxy.ts";
import { placeOf } from "../recording.ts";
import type { Ref } from "../ref.ts";
import { recordOf, type Shape, scalar } from "../shape.ts";
import type { Site } from "../site.ts";
import type { Machine, Position } from "./kind.ts";
import { standIn } from "./stand-in.ts";

/** Why something failed finally, as a fallback reads it. */
export interface Failure {
  /** The error's own name: "TypeError". */
  error: string;
  message: string;
}

/** What happens instead if something failed finally: its value becomes the result. */
export interface WithFallback<Instead> {
  /** The alternative if it failed finally: all attempts used up, `giveUp`, discarded, or its breaker open. */
  fallback?: (failure: Ref<Failure>) => Instead;
}

/** The errors of a state that lead to its fallback. */
export const FOR_GOOD = [TASK_ERROR.retry, TASK_ERROR["give-up"], UNAVAILABLE, DISCARDED, CHILD_FAILED];

type Callee = (...args: never) => unknown;

/** Describes a fallback; nothing if there is none. */
export function fallbackBlock(
  site: Site,
  name: string,
  { fallback }: WithFallback<unknown>,
  callee: Callee,
): { blocks: { fallback?: Block }; shapes: Shape[] } {
  if (!fallback) return { blocks: {}, shapes: [] };
  const describe = () => fallback(failureOf(site, name, placeOf(callee)));
  const { block, shape } = site.block(`the fallback of "${name}"`, describe, callee);
  return { blocks: { fallback: block }, shapes: [shape] };
}

function failureOf({ recording }: Site, name: string, place: string): Ref<Failure> {
  return reference({
    expression: { kind: "result", node: failureName(name) },
    shape: recordOf({ error: scalar, message: scalar }),
    text: `the failure of "${name}"`,
    recording,
    scope: recording.scope,
    place,
    use: () => {},
  });
}

/** The states of a fallback, entered with the failure in its variable. */
export function compileFallback(block: Block, name: string, position: Position): Machine {
  return standIn(block, name, `${name} fallback`, { ...position, frame: withFailure(name, position.frame) });
}

function withFailure(name: string, frame: Frame): Frame {
  const cause = `$parse($${failureVariable(name)}.Cause)`;
  return bind(frame, failureName(name), {
    kind: "record",
    fields: { error: code(`${cause}.name`), message: code(`${cause}.message`) },
  });
}

/** The expression of a failure: as if it were the result of a node. No node can have this name. */
function failureName(name: string): string {
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
