/** Whether a text matches one of the patterns, in which * is any text and ? any character. */
export function matcher(patterns: string | string[], flags: "" | "i" = ""): (text: string) => boolean {
  const all = [patterns].flat();
  if (all.includes("*")) return () => true;
  const fold = (text: string) => (flags === "i" ? text.toLowerCase() : text);
  // Most patterns are plain texts, for which a comparison is faster than a regular expression.
  const plain = new Set(all.filter((pattern) => !WILD.test(pattern)).map(fold));
  const expressions = all
    .filter((pattern) => WILD.test(pattern))
    .map((pattern) => new RegExp(`^${sourceOf(pattern)}$`, `s${flags}`));
  return (text) => plain.has(fold(text)) || expressions.some((expression) => expression.test(text));
}

/** A text in which "${*}", "${?}" and "${$}" are the characters themselves. */
export function literal(text: string): string {
  return text.replace(/\$\{([*?$])\}/g, "$1");
}

/** Also "${*}", which is no plain text but a way to write one. */
const WILD = /[*?]|\$\{\$\}/;

const sourceOf = (pattern: string) =>
  pattern.replace(/\$\{([*?$])\}|\*+|[?.+^${}()|[\]\\]/g, (found, character: string | undefined) => {
    if (character) return `\\${character}`;
    if (found.startsWith("*")) return ".*";
    return found === "?" ? "." : `\\${found}`;
  });
