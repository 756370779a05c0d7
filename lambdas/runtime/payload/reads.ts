/**
 * The parts of a value that the state machine reads, as a tree: "scenes[].kind" leads through the field
 * "scenes" and any item to "kind", which is read as a whole.
 */
export interface Reads {
  whole: boolean;
  fields: Map<string, Reads>;
}

/** The step into any item of a list. */
export const ITEM = "[]";

/** The end of a path to an object that stays an object, whatever happens to its fields. */
const OBJECT = "{}";

/** Paths in the notation of messages: "scenes", "scenes[].kind", "scene.{}", "" for all. */
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
