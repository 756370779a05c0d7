import { Stack } from "aws-cdk-lib";
import { TEMPLATE_LIMITS, type TemplateLimit } from "../aws-limits/template-limits.ts";
import { measure } from "../lib/constructs/limits/measure.ts";
import { synthesizedStacks } from "../lib/constructs/limits/synthesized-stacks.ts";
import { largeApp } from "../test/constructs/large-app.ts";
import { print, say, table } from "./figures.ts";

/** How much apps of workflows with ten steps use of AWS's limits: for each limit, the largest use in any stack or resource. */
const APPS = [
  { workflows: 1, stacks: "nested" },
  { workflows: 10, stacks: "nested" },
  { workflows: 40, stacks: "separate" },
] as const;

const columns = APPS.map(({ workflows, stacks }) => {
  say(`Synthesizing ${workflows} workflows of ten steps in ${stacks} stacks.`);
  const { app } = largeApp(workflows, { stacks });
  const { directory } = app.synth();
  const largest = new Map<TemplateLimit, number>();
  for (const { limit, value } of measure(
    synthesizedStacks(app.node.children.filter(Stack.isStack), directory),
  ))
    largest.set(limit, Math.max(value, largest.get(limit) ?? 0));
  return largest;
});
const format = (value: number | undefined) => value?.toLocaleString("en-US") ?? "–";
const shown = Object.entries(TEMPLATE_LIMITS).filter(([limit]) =>
  columns.some((column) => (column.get(limit as TemplateLimit) ?? 0) > 0),
);
print(
  table(
    ["limit", ...APPS.map(({ workflows, stacks }) => `${workflows}, ${stacks}`), "AWS takes"],
    shown.map(([limit, { service, what, unit, most, kind }]) => [
      `${service}: ${what} (${unit})`,
      ...columns.map((column) => format(column.get(limit as TemplateLimit))),
      `${format(most)}${kind === "quota" ? ", a quota" : ""}`,
    ]),
  ),
);
