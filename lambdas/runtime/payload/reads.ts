/**
 * Which parts of a value the state machine looks at, as a tree along the value: "scenes[].kind" leads through the field
 * "scenes" and any item to "kind", which is looked at with all that is in it.
 */
export interface Reads {
  whole: boolean;
  fields: Map<string, Reads>;
}

/** The step into any item of a list. */
export const ITEM = "[]";

/** Paths as a message names them: "scenes", "scenes[].kind", "" for all. */
export function parseReads(paths: readonly string[]): Reads {
  const root: Reads = { whole: false, fields: new Map() };
  for (const path of paths) {
    const steps = path.match(/\[\d*\]|[^.[\]]+/g) ?? [];
    let at = root;
    for (const step of steps.map((name) => (name.startsWith("[") ? ITEM : name))) {
      const inner = at.fields.get(step) ?? { whole: false, fields: new Map() };
      at.fields.set(step, inner);
      at = inner;
    }
    if (steps.at(-1) === undefined || !path.endsWith(ITEM)) at.whole = true;
  }
  return root;
}
