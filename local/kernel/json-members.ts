/** By object. */
const known = new WeakMap<object, string>();

/**
 * The JSON of the members of an object that does not change, without the braces: that of `withMembers`, or written
 * at the first call.
 */
export function membersOf(object: object): string {
  const text = known.get(object);
  if (text !== undefined) return text;
  const written = JSON.stringify(object).slice(1, -1);
  known.set(object, written);
  return written;
}

/** The object, of which `membersOf` is known: `members`, which is put together from the JSON of its parts. */
export function withMembers<T extends object>(object: T, members: string): T {
  known.set(object, members);
  return object;
}
