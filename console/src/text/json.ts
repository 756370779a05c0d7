/** What is wrong with a text that should be a JSON object, in a sentence; undefined if nothing is. */
export function wrongWithObject(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return undefined;
    return "Enter a JSON object: { … }.";
  } catch (error) {
    return `Invalid JSON. ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** JSON text, indented if it is valid JSON. */
export function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export type Token = { kind: "key" | "string" | "number" | "word" | "other"; text: string };

/** JSON text in pieces for colouring. Joined, they are the text. */
export function tokens(json: string): Token[] {
  const found: Token[] = [];
  const pattern = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;
  let end = 0;
  for (const match of json.matchAll(pattern)) {
    if (match.index > end) found.push({ kind: "other", text: json.slice(end, match.index) });
    const [all, string, colon, number] = match;
    if (string !== undefined) {
      found.push({ kind: colon === undefined ? "string" : "key", text: string });
      if (colon !== undefined) found.push({ kind: "other", text: colon });
    } else found.push({ kind: number !== undefined ? "number" : "word", text: all });
    end = match.index + all.length;
  }
  if (end < json.length) found.push({ kind: "other", text: json.slice(end) });
  return found;
}
