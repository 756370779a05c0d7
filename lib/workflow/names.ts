/** What a variable must not be called: the service's own, and the JSONata functions that compiled machines use. */
const TAKEN = new Set(["states", "not", "exists", "lookup"]);

/** The variable that holds a node's result: "render-film" becomes "renderFilm". */
export function variableName(node: string, crossings = 0): string {
  const words = node.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const name = words.map((word, at) => (at === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join("");
  const free = TAKEN.has(name) ? `${name}_` : name;
  return crossings === 0 ? free : `${free}_${crossings}`;
}

/** Step Functions' limit for the name of a state. */
const LONGEST_NAME = 80;

/** What a Parallel is called: the nodes with which its branches begin. */
export function parallelName(firstNodes: readonly string[]): string {
  const full = `${firstNodes.slice(0, -1).join(", ")} and ${firstNodes.at(-1)}`;
  if (full.length <= LONGEST_NAME) return full;
  const rest = ` and ${firstNodes.length - 1} more`;
  return `${firstNodes[0]!.slice(0, LONGEST_NAME - rest.length)}${rest}`;
}
