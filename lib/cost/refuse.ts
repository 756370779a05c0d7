import type { ReactionSpec } from "../contract/reaction.ts";
import { nodesIn } from "../workflow/graph.ts";
import { plan, stepsOf } from "../workflow/plan.ts";
import type { Workflow } from "../workflow/workflow.ts";
import type { Assumptions } from "./assumptions.ts";
import { type OpenPoint, openPointsOf } from "./directions.ts";

/** Throws a RangeError for an assumption about an unknown name, or beyond its limits. */
export function refuseUnknown(
  workflows: readonly Workflow[],
  reactions: readonly ReactionSpec[],
  given: Assumptions,
): void {
  const points = workflows.flatMap(openPointsOf);
  const named = (kind: OpenPoint["kind"]) =>
    points.filter((point) => point.kind === kind).map(({ name }) => name);
  const steps = [...workflows.flatMap(stepsOf), ...reactions].map(({ name }) => name);
  const { millis, failures, modelCalls, modelDollars, puts, gets, emits, items, rounds, ways, failsAt } =
    given;
  const byStep = [millis, failures, modelCalls, modelDollars, puts, gets].map(({ named }) => named);
  refuseNames("list", named("items"), items);
  refuseNames("loop", named("rounds"), rounds);
  refuseNames("choice", named("way"), ways);
  for (const said of [...byStep, emits]) refuseNames("step", steps, said);
  const uses = workflows
    .flatMap((workflow) => nodesIn(plan(workflow).block))
    .filter(({ kind }) => kind === "step")
    .map(({ name }) => name);
  if (failsAt !== undefined) refuseNames("step", uses, { [failsAt]: 1 });
  for (const point of points) refuseExcess(point, given);
}

function refuseNames(what: string, known: readonly string[], said: Readonly<Record<string, unknown>>): void {
  const strange = Object.keys(said).find((name) => !known.includes(name));
  if (strange === undefined) return;
  const there =
    known.length > 0
      ? `There are: ${[...new Set(known)].map((name) => `"${name}"`).join(", ")}.`
      : "There is none.";
  throw new RangeError(`There is no ${what} "${strange}". ${there}`);
}

function refuseExcess({ kind, name, most = 0, ways = [] }: OpenPoint, given: Assumptions): void {
  const way = given.ways[name];
  if (kind === "way" && way !== undefined && !ways.includes(way)) {
    throw new RangeError(
      `"${name}" has no branch "${way}". It has: ${ways.map((one) => `"${one}"`).join(", ")}.`,
    );
  }
  const count = (kind === "items" ? given.items : given.rounds)[name];
  if (kind === "way" || count === undefined || count <= most) return;
  const what = kind === "items" ? "items" : "rounds";
  throw new RangeError(`"${name}" has ${most} ${what} at most, and ${count} are assumed.`);
}
