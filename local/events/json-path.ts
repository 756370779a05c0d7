/** One step of a path: a member, an element, or all of them. */
type Step = string | number | typeof EVERY;

const EVERY = Symbol("*");
const TOKEN = /\.([^.[\]*]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]|(?:\.\*|\[\*\])/y;

/**
 * Parses the JSONPath subset of rule targets: `$`, `$.detail.items[0].name`, `$['detail-type']`,
 * `$.list[*].id`. Undefined for anything else.
 */
export function parseJsonPath(path: string): Step[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: Step[] = [];
  TOKEN.lastIndex = 1;
  while (TOKEN.lastIndex < path.length) {
    const token = TOKEN.exec(path);
    if (!token) return undefined;
    const [, name, index, single, double] = token;
    steps.push(index === undefined ? (name ?? single ?? double ?? EVERY) : Number(index));
  }
  return steps;
}

/** The value at the path, undefined if there is none; a list if the path contains `*`. */
export function lookUp(value: unknown, steps: Step[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof value !== "object" || value === null) return undefined;
  if (step === EVERY) {
    return Object.values(value)
      .map((element) => lookUp(element, rest))
      .filter((element) => element !== undefined);
  }
  return Object.hasOwn(value, step)
    ? lookUp((value as Record<string | number, unknown>)[step], rest)
    : undefined;
}
