/** Not enumerable: a copy of the object may get other members. */
const MEMBERS = Symbol("JSON of the members");

/**
 * The JSON of the members of an object that does not change, without the braces: that of `withMembers`, or written
 * at the first call.
 */
export function membersOf(object: object): string {
  const known = (object as { [MEMBERS]?: string })[MEMBERS];
  if (known !== undefined) return known;
  const written = JSON.stringify(object).slice(1, -1);
  withMembers(object, written);
  return written;
}

/** The object, of which `membersOf` is known: `members`, which is put together from the JSON of its parts. */
export function withMembers<T extends object>(object: T, members: string): T {
  return Object.defineProperty(object, MEMBERS, { value: members });
}
