import { type Assumptions, type ByName, TYPICAL_ITEMS, TYPICAL_ROUNDS } from "./assumptions.ts";
import type { Assumable } from "./directions.ts";

/** The assumptions, one line each: first the open points of the workflow, then general ones. */
export function describeAssumptions(points: readonly Assumable[], given: Assumptions): string[] {
  const { failsAt, changesAtOnce } = given;
  return [
    ...points.map((point) => describePoint(point, given)),
    describeNumbers("an attempt of a step takes", "ms", given.millis),
    `every function takes ${given.overheadMillis} ms more`,
    `an event's payload has ${given.payloadBytes} bytes, a step's result ${given.resultBytes}`,
    `${describeNumbers("a step fails", "attempts before it succeeds", given.failures)}; in the worst case all attempts but the last fail`,
    describeNumbers("a step with a model calls it", "times per attempt", given.modelCalls),
    `${describeNumbers("a step with artifacts writes", "objects to the bucket", given.puts)}; ${describeNumbers("it reads", "", given.gets)}`,
    `a step emits ${describeEmitted(given)}`,
    changesAtOnce === 1
      ? "each change reaches the relay alone, as with a single run at a time"
      : `${changesAtOnce} changes reach the relay together`,
    failsAt === undefined ? "the run succeeds" : `the run fails at "${failsAt}", and its effects are undone`,
  ];
}

function describePoint(point: Assumable, given: Assumptions): string {
  const { name } = point;
  switch (point.kind) {
    case "items":
      return describeRange(point, given.items[name], TYPICAL_ITEMS);
    case "rounds":
      return describeRange(point, given.rounds[name], TYPICAL_ROUNDS);
    case "way": {
      const way = given.ways[name];
      return way === undefined
        ? `"${name}": ${point.ways.join(", ")}, each equally often (best: the cheapest, worst: the most expensive)`
        : `"${name}": ${way}`;
    }
  }
}

function describeRange(
  { kind, name, most }: Exclude<Assumable, { kind: "way" }>,
  said: number | undefined,
  typical: number,
): string {
  return said === undefined
    ? `"${name}": ${Math.min(most, typical)} ${kind} (best 1, worst ${most})`
    : `"${name}": ${said} ${kind}`;
}

function describeNumbers(what: string, unit: string, { otherwise, named }: ByName): string {
  const each = Object.entries(named).map(([name, number]) => `"${name}" ${number}`);
  return [`${what} ${otherwise} ${unit}`.trim(), ...each].join(", ");
}

function describeEmitted({ emits }: Assumptions): string {
  const each = Object.entries(emits).map(([name, number]) => `"${name}" ${number}`);
  return ["one event if it declares any (best none, worst each)", ...each].join(", ");
}
