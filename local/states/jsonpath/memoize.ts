/** `make`, remembering its last `capacity` answers, the oldest forgotten first. Failures are not remembered. */
export function memoize<T>(capacity: number, make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (known.has(text)) return known.get(text)!;
    const made = make(text);
    if (known.size >= capacity) known.delete(known.keys().next().value!);
    known.set(text, made);
    return made;
  };
}
