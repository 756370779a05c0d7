const texts = new WeakMap<object, string>();

/** The JSON of an object that does not change: written once, or what `withText` said. */
export function textOf(object: object): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  texts.set(object, text);
  return text;
}

/** The object, whose JSON is known: put together from that of its parts. */
export function withText<T extends object>(object: T, text: string): T {
  texts.set(object, text);
  return object;
}
