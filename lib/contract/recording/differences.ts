/** A part of two values that differs; undefined if one has no such part. */
export interface Difference {
  /** "input.scenes[2].seed", "" for the whole. */
  path: string;
  before: unknown;
  after: unknown;
}

/** The innermost parts in which two JSON values differ, in their order. */
export function differences(before: unknown, after: unknown, path = ""): Difference[] {
  if (Object.is(before, after)) return [];
  if (!isComposite(before) || !isComposite(after) || Array.isArray(before) !== Array.isArray(after))
    return [{ path, before, after }];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const inner = Array.isArray(before) ? `${path}[${name}]` : `${path === "" ? "" : `${path}.`}${name}`;
    return differences(before[name], after[name], inner);
  });
}

function isComposite(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
