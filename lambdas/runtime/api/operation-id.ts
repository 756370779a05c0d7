/**
 * Verbs of routes that have none in their path: a GET gets or lists, and an action is the last part of its
 * path.
 */
const VERBS: Record<string, string> = {
  "post /runs": "start",
  "post /events": "send",
  "post /replays": "start",
  "post /approvals/{run}/{path}": "decide",
  "post /breakers/{name}": "force",
  "post /runs/{run}/signal": "signal",
};

/** Resources with a single instance, which a GET returns. */
const SINGLE = new Set(["session", "map", "openapi.json", "live", "artifacts"]);

/**
 * The name of an operation, from which generated clients name their methods: "pauseRun", "listDeadLetters",
 * "getRunLog".
 */
export function operationId(method: string, path: string): string {
  const [resource = "", ...rest] = path.slice(1).split("/");
  const part = rest.findLast((segment) => !segment.startsWith("{"));
  const isOne = rest.some((segment) => segment.startsWith("{")) || SINGLE.has(resource);
  const known = VERBS[`${method} ${path}`];
  if (known) return `${known}${pascal(singular(resource))}`;
  if (method !== "get") return `${part}${pascal(isOne ? singular(resource) : resource)}`;
  return `${isOne ? "get" : "list"}${pascal(isOne ? singular(resource) : resource)}${pascal(part ?? "")}`;
}

/** "deliveries" → "delivery", "runs" → "run" */
const singular = (resource: string) => resource.replace(/ies$/, "y").replace(/s$/, "");

/** "dead-letters" → "DeadLetters" */
const pascal = (words: string) =>
  words.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
