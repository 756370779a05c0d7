import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Resource } from "../lib/cost/fixed-cost.ts";
import { UsageError } from "./explain.ts";

/** The resources of a stack that `cdk synth` wrote, with those of the stacks nested in it. */
export function resourcesOf(folder: string, stack: string): Resource[] {
  const assets = join(folder, `${stack}.assets.json`);
  if (!existsSync(assets)) {
    throw new UsageError(
      `The monthly cost needs the synthesized app, and ${folder} has no stack "${stack}". Run "npx cdk synth --quiet" first, or set --assembly or --stack.`,
    );
  }
  const { files } = read(assets) as { files: Record<string, { source: { path?: string } }> };
  const nested = Object.values(files).flatMap(({ source: { path = "" } }) =>
    path.endsWith(".nested.template.json") ? [path] : [],
  );
  return [`${stack}.template.json`, ...nested].flatMap((file) => {
    const { Resources = {} } = read(join(folder, file)) as { Resources?: Record<string, Resource> };
    return Object.values(Resources);
  });
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
