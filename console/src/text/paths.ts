/**
 * The graph's node that a path belongs to: without the numbers of iterations, and without the doubt that a step asks about.
 * "shelves[3]/box" → "shelves/box"
 */
export function nodeOfPath(path: string): string {
  return path.replaceAll(/\[\d+\]/g, "").replace(/\/asks$/, "");
}
