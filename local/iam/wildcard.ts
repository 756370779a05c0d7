/** Tells whether a text matches one of the patterns, in which * is any text and ? any character. */
export function matcher(patterns: string | string[], flags = ""): (text: string) => boolean {
  const all = [patterns].flat();
  if (all.includes("*")) return () => true;
  const expressions = all.map((pattern) => new RegExp(`^${sourceOf(pattern)}$`, `s${flags}`));
  return (text) => expressions.some((expression) => expression.test(text));
}

const sourceOf = (pattern: string) =>
  pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".");
