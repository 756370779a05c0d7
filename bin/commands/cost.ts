import { Command } from "commander";
import type { Assumptions } from "../../lib/cost/assumptions.ts";
import { asks, type Extent } from "../../lib/cost/attempt.ts";
import { describeAssumptions } from "../../lib/cost/describe.ts";
import { openPointsOf } from "../../lib/cost/directions.ts";
import { expressGain } from "../../lib/cost/express.ts";
import { fixedResourcesOf, metricsOf } from "../../lib/cost/fixed-cost.ts";
import { handlingCost } from "../../lib/cost/handling-cost.ts";
import { insideEvents } from "../../lib/cost/inside-events.ts";
import { loggingGain } from "../../lib/cost/logging.ts";
import { type Month, monthOf } from "../../lib/cost/month.ts";
import { poolingGain } from "../../lib/cost/pooling.ts";
import { PRICES } from "../../lib/cost/prices.ts";
import { refuseUnknown } from "../../lib/cost/refuse.ts";
import { type RunCost, runCost } from "../../lib/cost/run-cost.ts";
import { stepsOf } from "../../lib/index.ts";
import { wantsJson } from "../answer.ts";
import { resourcesOf } from "../assembly.ts";
import { assumptionsOf, type CostOptions, number, withAssumptions } from "../cost-options.ts";
import {
  type Costs,
  details,
  expressText,
  loggingText,
  models,
  month,
  places,
  poolingText,
  SOURCE,
  summary,
} from "../cost-text.ts";
import { reactions, workflows } from "../definitions.ts";
import { UsageError } from "../explain.ts";
import { print } from "../format.ts";

interface Options extends CostOptions {
  runs?: number;
  assembly: string;
}

export function cost(): Command {
  const command = new Command("cost")
    .description("estimate what a run costs on AWS, compared with a plain state machine of Lambda tasks")
    .argument("[workflow]", "a workflow or reaction, itemized (default: all, one line each)")
    .option("--runs <number>", "the monthly bill for this number of runs, with the fixed costs", number)
    .option("--assembly <folder>", "folder of the synthesized app, for --runs", "cdk.out");
  return withAssumptions(command).action((name: string | undefined, options: Options, self: Command) => {
    const given = assumptionsOf(options);
    const all = costsOf(name, given);
    const { stack } = self.optsWithGlobals<{ stack: string }>();
    const bill = options.runs === undefined ? undefined : billOf(all, options.runs, options.assembly, stack);
    print(
      wantsJson(self) ? asJson(all, given, bill) : asText(all, given, name !== undefined, bill, options.runs),
    );
  });
}

/** The costs of one, or of all. */
function costsOf(name: string | undefined, given: Assumptions): Costs[] {
  const chosen = <Named extends { name: string }>(all: readonly Named[]) =>
    all.filter((one) => name === undefined || one.name === name);
  const [someWorkflows, someReactions] = [chosen(workflows), chosen(reactions)];
  if (someWorkflows.length + someReactions.length === 0) throw new UsageError(nothingCalled(name));
  refuseUnknown(someWorkflows, someReactions, given);
  const inside = insideEvents(workflows, reactions);
  return [
    ...someWorkflows.map(
      (workflow): Costs => ({
        name: workflow.name,
        points: openPointsOf(workflow),
        asking: stepsOf(workflow).filter(asks).map(nameOf),
        budget: workflow.budget,
        pooling: poolingGain(workflow, given, inside),
        express: expressGain(workflow, given, inside),
        logging: loggingGain(workflow, given, inside),
        ...inEachExtent((extent) => runCost(workflow, given, extent, { inside })),
      }),
    ),
    ...someReactions.map(
      (reaction): Costs => ({
        name: reaction.name,
        points: [],
        asking: [reaction].filter(asks).map(nameOf),
        budget: {},
        ...inEachExtent((extent) => handlingCost(reaction, given, extent, inside)),
      }),
    ),
  ];
}

function nothingCalled(name: string | undefined): string {
  const known = [...workflows, ...reactions].map((one) => one.name);
  if (known.length === 0) return "This project has no workflow. Create one with `millrace new <workflow>`.";
  return `There is no workflow or reaction "${name}". Available: ${known.join(", ")}.`;
}

const nameOf = ({ name }: { name: string }) => name;

function inEachExtent(of: (extent: Extent) => RunCost): Record<Extent, RunCost> {
  return { best: of("best"), typical: of("typical"), worst: of("worst") };
}

function billOf(all: readonly Costs[], runs: number, folder: string, stack: string): Month {
  const [one] = all;
  if (all.length > 1 || !one)
    throw new UsageError("--runs needs a workflow: millrace cost <workflow> --runs <number>.");
  const fixed = fixedResourcesOf(resourcesOf(folder, stack));
  return monthOf({ units: one.typical.units, runs }, fixed, metricsOf(workflows, reactions));
}

function asText(
  all: readonly Costs[],
  given: Assumptions,
  inFull: boolean,
  bill: Month | undefined,
  runs = 0,
): string {
  const figures = inFull
    ? all.flatMap((costs) =>
        [
          details(costs),
          places(costs) ?? [],
          poolingText(costs) ?? [],
          expressText(costs) ?? [],
          loggingText(costs) ?? [],
          models(costs) ?? [],
        ].flat(),
      )
    : [summary(all), "Itemized: millrace cost <name>."];
  const points = inFull ? all.flatMap((costs) => costs.points) : [];
  return [
    ...figures,
    ...(bill ? [month(bill, runs, all[0]!.name)] : []),
    [
      "Assumptions (change them with options, see --help):",
      ...describeAssumptions(points, given).map((line) => `  ${line}`),
    ].join("\n"),
    SOURCE,
  ].join("\n\n");
}

function asJson(all: readonly Costs[], given: Assumptions, bill: Month | undefined): string {
  return JSON.stringify(
    { prices: PRICES, costs: all, assumptions: given, ...(bill && { month: bill }) },
    null,
    2,
  );
}
