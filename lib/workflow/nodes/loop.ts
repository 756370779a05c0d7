import type { Expression } from "../expression.ts";
import { reference } from "../proxy.ts";
import type { Ref } from "../ref.ts";
import type { Shape } from "../shape.ts";
import type { Site } from "../site.ts";

/**
 * A reference to a value that differs in each iteration. It exists within the loop's body, where it is made.
 */
export function turnReference<T>(
  { recording }: Site,
  expression: Expression,
  shape: Shape,
  text: string,
  place: string,
): Ref<T> {
  return reference({ expression, shape, text, recording, scope: recording.scope, place, use: () => {} });
}
