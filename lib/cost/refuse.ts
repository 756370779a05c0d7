import type { ReactionSpec } from "../contract/reaction.ts";
import { stepsOf } from "../workflow/composition.ts";
import { plan } from "../workflow/plan.ts";
import { nodesIn } from "../workflow/traverse.ts";
import type { Workflow } from "../workflow/workflow.ts";
import type { Assumptions } from "./assumptions.ts";
import { type Assumable, openPointsOf } from "./directions.ts";

/** Throws a RangeError for an assumption about an unknown name, or beyond its limits. */
export function refuseUnknown(
  workflows: readonly Workflow[],
  reactions: readonly ReactionSpec[],
  given: Assumptions,
): void {
  const points = workflows.flatMap(openPointsOf);
  const named = (kind: Assumable["kind"]) =>
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

function refuseExcess(point: Assumable, given: Assumptions): void {
  const { name } = point;
  if (point.kind === "way") {
    const way = given.ways[name];
    if (way === undefined || point.ways.includes(way)) return;
    throw new RangeError(
      `"${name}" has no branch "${way}". It has: ${point.ways.map((one) => `"${one}"`).join(", ")}.`,
    );
  }
  const { kind, most } = point;
  const count = given[kind][name];
  if (count === undefined || count <= most) return;
  throw new RangeError(`"${name}" has ${most} ${kind} at most, and ${count} are assumed.`);
}
