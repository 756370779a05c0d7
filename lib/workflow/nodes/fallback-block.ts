import type { Block } from "../graph.ts";
import { type Callee, placeOf } from "../place.ts";
import { reference } from "../proxy.ts";
import type { Ref } from "../ref.ts";
import { recordOf, type Shape, scalar } from "../shape.ts";
import type { Site } from "../site.ts";
import { failureName } from "./fallback.ts";

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
