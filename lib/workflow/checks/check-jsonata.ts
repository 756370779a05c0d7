import jsonata from "jsonata";

/** Part of JSONata's syntax tree, which the library's own types leave out. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
}

/**
 * The error in JSONata that is given in pieces with references in between; undefined if there is none. Parses
 * with the version that Step Functions runs.
 */
export function checkJsonata(pieces: readonly string[]): string | undefined {
  const hole = (at: number) => `millrace_reference_${at}`;
  const source = pieces.map((piece, at) => (at === 0 ? piece : `$${hole(at)}${piece}`)).join("");
  if (/\{%|%\}/.test(source))
    return `contains "{%" or "%}", which Step Functions reserves as delimiters. Write the expression without them.`;
  let tree: unknown;
  try {
    tree = jsonata(source).ast();
  } catch (error) {
    const { message, position } = error as { message: string; position: number };
    return `does not parse: ${message}, at "${source.slice(0, position)}". The version is 2.0.6.`;
  }
  const variables = new Set(nodesIn(tree).flatMap(({ type, value }) => (type === "variable" ? [value] : [])));
  const lost = pieces.findIndex((_piece, at) => at > 0 && !variables.has(hole(at)));
  if (lost > 0)
    return `has reference ${lost} inside a string or a name, where it is not evaluated. Join strings with "&".`;
  return undefined;
}

function nodesIn(part: unknown): Node[] {
  if (typeof part !== "object" || part === null) return [];
  return [part, ...Object.values(part).flatMap(nodesIn)];
}
