/**
 * The graph's node of a path: without the numbers of iterations, and without the suffix of a doubt.
 * "shelves[3]/box" → "shelves/box"
 */
export function nodeOfPath(path: string): string {
  return path.replaceAll(/\[\d+\]/g, "").replace(/\/asks$/, "");
}
