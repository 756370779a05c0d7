/**
 * The event pattern language of EventBridge, which event source mappings of Lambda share: a pure library that
 * decides like https://github.com/aws/event-ruler.
 */
import { collectFields } from "./fields.ts";
import { satisfies } from "./match.ts";
import { parsePattern } from "./parse.ts";
import { UsedPaths } from "./used-paths.ts";

export { parseJson } from "./json.ts";
export { PatternError } from "./operators.ts";
export { type Alternative, parsePattern } from "./parse.ts";
export { RuleIndex } from "./rule-index.ts";

/**
 * Parses a pattern once; the returned function decides for any number of events (parsed JSON, best by
 * `parseJson`) whether they match. Throws PatternError for a pattern that the service refuses, with the
 * service's reason as message.
 */
export function compilePattern(pattern: string | object): (event: unknown) => boolean {
  return compilePatterns([pattern]);
}

/** The same for several patterns at once: whether any of them matches. */
export function compilePatterns(patterns: (string | object)[]): (event: unknown) => boolean {
  const alternatives = patterns.flatMap((pattern) => parsePattern(pattern));
  const used = new UsedPaths();
  for (const { path } of alternatives.flat()) used.count(path, 1);
  return (event) => {
    const fields = collectFields(event, used);
    return alternatives.some((alternative) => satisfies(alternative, fields));
  };
}
