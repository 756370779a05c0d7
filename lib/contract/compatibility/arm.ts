import type { JsonSchema } from "../schema.ts";

/**
 * One of the alternatives that a schema allows: of at most one type, without references, unions and
 * constants.
 */
export interface Arm extends JsonSchema {
  /** Undefined: of any type. */
  readonly type?: string;
  readonly enum?: readonly unknown[];
}

/** Whether every value of type `inner` is also of type `outer`. Undefined is any type. */
export function includes(outer: string | undefined, inner: string | undefined): boolean {
  return outer === undefined || outer === inner || (outer === "number" && inner === "integer");
}
