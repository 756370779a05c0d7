const known = new WeakMap<object, string>();

/**
 * The JSON of the members of an object that does not change, without the braces: written once, or what
 * `withMembers` said.
 */
export function membersOf(object: object): string {
  const text = known.get(object);
  if (text !== undefined) return text;
  const written = JSON.stringify(object).slice(1, -1);
  known.set(object, written);
  return written;
}

/** The object, with the JSON of its members put together from that of its parts. */
export function withMembers<T extends object>(object: T, members: string): T {
  known.set(object, members);
  return object;
}
