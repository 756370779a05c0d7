/**
 * A segment that a URL resolves away, an empty one, or an encoded slash, backslash or dot that a second
 * decoding would reveal.
 */
const UNSAFE = /(?:^|\/)\.{1,2}(?:\/|$)|\/\/|\\|%(?:2e|2f|5c)/i;

/**
 * Why a path is refused before anything resolves it; undefined if it is accepted. API Gateway authorizes a
 * path as it was sent and passes it decoded. If `..` were resolved after that, the route that runs would
 * differ from the one that the caller's policy allows.
 */
export function refusedPath(path: string): string | undefined {
  const [found] = UNSAFE.exec(path) ?? [];
  return found === undefined
    ? undefined
    : `The path has "${found}". Send a path without empty, "." and ".." segments, and without an encoded slash, backslash or dot.`;
}
