/**
 * The event pattern language of EventBridge, which event source mappings of Lambda share: a pure library that
 * decides like https://github.com/aws/event-ruler.
 */
import { collectFields } from "./fields.ts";
import { satisfies } from "./match.ts";
import { parsePattern } from "./parse.ts";
import { pathsTo } from "./rule-index.ts";

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
  const used = new Set(alternatives.flat().flatMap(({ path }) => pathsTo(path)));
  return (event) => {
    const fields = collectFields(event, (path) => used.has(path));
    return alternatives.some((alternative) => satisfies(alternative, fields));
  };
}
