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

/** The end of a path to an object that stays one, whatever becomes of its fields. */
const OBJECT = "{}";

/** Paths as a message names them: "scenes", "scenes[].kind", "scene.{}", "" for all. */
export function parseReads(paths: readonly string[]): Reads {
  const root: Reads = { whole: false, fields: new Map() };
  for (const path of paths) {
    const steps = path.match(/\[\d*\]|[^.[\]]+/g) ?? [];
    const stays = steps.at(-1) === OBJECT;
    if (stays) steps.pop();
    let at = root;
    for (const step of steps.map((name) => (name.startsWith("[") ? ITEM : name))) {
      const inner = at.fields.get(step) ?? { whole: false, fields: new Map() };
      at.fields.set(step, inner);
      at = inner;
    }
    if (!stays && (steps.length === 0 || !path.endsWith(ITEM))) at.whole = true;
  }
  return root;
}
