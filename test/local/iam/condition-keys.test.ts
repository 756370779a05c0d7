import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { agentsApp } from "../../../examples/agents/app.ts";
import { ordersApp } from "../../../examples/orders/app.ts";
import { isKnownKey } from "../../../local/iam/condition-keys.ts";
import { sharedAssembly } from "../../assemblies.ts";
import { build } from "../../constructs/app.ts";
import { sharedTriggers } from "../../shared-triggers.ts";

/** The same assemblies as other tests have. */
const APPS: Record<string, () => string> = {
  Millrace: () => sharedAssembly("video", (outdir) => build(outdir).app),
  Orders: () => sharedAssembly("orders", ordersApp),
  Agents: () => sharedAssembly("agents", (outdir) => agentsApp({ outdir })),
  Triggers: sharedTriggers,
};

/** The condition keys of each app's templates, nested stacks included. */
const keys: Record<string, string[]> = {};
beforeAll(() => {
  for (const [name, make] of Object.entries(APPS)) {
    const directory = make();
    const templates = readdirSync(directory).filter((file) => file.endsWith(".template.json"));
    const found = templates.flatMap((file) =>
      conditionKeys(JSON.parse(readFileSync(join(directory, file), "utf8"))),
    );
    keys[name] = [...new Set(found)].sort();
  }
}, 600_000);

/** The keys of every statement in a template: an object with an effect and conditions. */
function conditionKeys(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { Effect, Condition } = value as { Effect?: string; Condition?: Record<string, object> };
  const own = Effect && Condition ? Object.values(Condition).flatMap((block) => Object.keys(block)) : [];
  return [...own, ...Object.values(value).flatMap(conditionKeys)];
}

test.each(Object.keys(APPS))("the local cloud knows every condition key in the templates of %s", (name) => {
  expect(keys[name]).toContain("dynamodb:LeadingKeys");
  expect(keys[name]!.filter((key) => !isKnownKey(key))).toEqual([]);
});
