/** What an author has called, or a place itself. */
export type Callee = ((...args: never) => unknown) | string;

/** The line of the code that called it, with its path: "/app/produce-video.ts:12:31". */
export function placeOf(callee: Callee): string {
  if (typeof callee === "string") return callee;
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace, callee);
  const [, caller = ""] = trace.stack?.split("\n") ?? [];
  // Loaders that load a file again add a query to its address.
  const place = /^\s*at (?:.*\()?(?:file:\/\/)?(?<path>[^?]*?)(?:\?.*)?(?<line>:\d+:\d+)\)?$/.exec(
    caller,
  )?.groups;
  return place ? `${place.path}${place.line}` : "an unknown line";
}
