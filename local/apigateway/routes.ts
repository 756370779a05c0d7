/** One part of a route's path: a text, `{name}`, or `{name+}`, which matches the rest. */
type Segment = { kind: "text"; text: string } | { kind: "parameter" | "greedy"; name: string };

export interface RoutePath {
  /** "GET", or "ANY". */
  method: string;
  /** Undefined for `$default`, which matches every request that no other route matches. */
  segments: Segment[] | undefined;
}

export interface Match<Route> {
  route: Route;
  /** Undefined if the path has none. */
  pathParameters: Record<string, string> | undefined;
}

const KEY = /^(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (\/.*)$/;
const SPECIFICITY = { text: 2, parameter: 1, greedy: 0 } as const;

/** Reads "GET /films/{id}", "ANY /{proxy+}" or "$default"; undefined for anything else. */
export function parseRouteKey(key: unknown): RoutePath | undefined {
  if (key === "$default") return { method: "ANY", segments: undefined };
  const [, method, path] = KEY.exec(String(key)) ?? [];
  if (!method || !path) return undefined;
  const segments = segmentsOf(path).map(readSegment);
  const greedy = segments.findIndex((segment) => segment?.kind === "greedy");
  if (!segments.every((segment) => segment !== undefined)) return undefined;
  return greedy >= 0 && greedy < segments.length - 1 ? undefined : { method, segments };
}

/**
 * The most specific route for a request. At the first difference of two paths, a text comes before a
 * parameter and a parameter before the rest; with the same path, a route of the method itself comes before
 * ANY. `path` is percent-encoded, as it was sent. Throws URIError if it cannot be decoded.
 */
export function matchRoute<Route extends { path: RoutePath }>(
  routes: readonly Route[],
  method: string,
  path: string,
): Match<Route> | undefined {
  const parts = segmentsOf(path).map(decodeURIComponent);
  const found = routes
    .filter((route) => route.path.method === method || route.path.method === "ANY")
    .flatMap((route) => {
      const parameters = parametersOf(route.path.segments, parts);
      return parameters ? [{ route, parameters }] : [];
    })
    .sort((a, b) => compare(b.route.path, a.route.path))[0];
  if (!found) return undefined;
  const { route, parameters } = found;
  return { route, pathParameters: Object.keys(parameters).length > 0 ? parameters : undefined };
}

/** "/" has none, "/a/" has "a" and an empty one. */
function segmentsOf(path: string): string[] {
  return path === "/" || path === "" ? [] : path.slice(1).split("/");
}

function readSegment(text: string): Segment | undefined {
  const [, name, plus] = /^\{([\w.:-]+)(\+?)\}$/.exec(text) ?? [];
  if (name !== undefined) return { kind: plus ? "greedy" : "parameter", name };
  return /[{}]/.test(text) ? undefined : { kind: "text", text };
}

/** The values of the path's parameters; undefined if the path does not match. */
function parametersOf(segments: Segment[] | undefined, parts: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  if (segments === undefined) return parameters;
  for (const [at, segment] of segments.entries()) {
    const part = parts[at];
    if (part === undefined) return undefined;
    if (segment.kind === "greedy") {
      const rest = parts.slice(at).join("/");
      return rest === "" ? undefined : { ...parameters, [segment.name]: rest };
    }
    if (segment.kind === "text" ? segment.text !== part : part === "") return undefined;
    if (segment.kind === "parameter") parameters[segment.name] = part;
  }
  return parts.length === segments.length ? parameters : undefined;
}

/** Above zero if `a` is more specific. Both match the same path. */
function compare(a: RoutePath, b: RoutePath): number {
  if (!a.segments || !b.segments) return (a.segments ? 1 : 0) - (b.segments ? 1 : 0);
  for (const [at, segment] of a.segments.entries()) {
    const other = b.segments[at];
    const difference = SPECIFICITY[segment.kind] - (other ? SPECIFICITY[other.kind] : 0);
    if (difference !== 0) return difference;
  }
  return (a.method === "ANY" ? 0 : 1) - (b.method === "ANY" ? 0 : 1);
}
