import type { Cloud } from "../cloud.ts";
import { type App, writeAssembly } from "../synthesis/app.ts";
import { SynthesisError } from "../synthesis/app-process.ts";
import type { SynthesisInputs } from "../synthesis/inputs.ts";
import { NextSynthesis } from "../synthesis/next-synthesis.ts";
import { appProblem } from "./app-problem.ts";
import { deploymentChanges } from "./deployment-changes.ts";
import { Reloader } from "./reloader.ts";

/** Takes changed code of the app over while the cloud runs. `deployed` is called after each deployment. */
export function reloadApp(
  cloud: Cloud,
  app: App,
  inputs: SynthesisInputs,
  { say, deployed }: { say(line: string): void; deployed(): void },
): Reloader {
  const next = new NextSynthesis(app);
  let latest = inputs;
  next.prepare(latest);
  return new Reloader({
    kernel: cloud.kernel,
    assembly: app.output,
    project: app.folder,
    inputs,
    async synthesize(bundles) {
      try {
        latest = (await writeAssembly(next.take(), app, { print: () => {}, say }, bundles)) ?? latest;
        return latest;
      } catch (error) {
        throw error instanceof SynthesisError ? appProblem(error.printed, app.app) : error;
      } finally {
        next.prepare(latest);
      }
    },
    async redeploy() {
      const changes = deploymentChanges(cloud.deployment, await cloud.redeploy(app.output));
      deployed();
      return changes;
    },
    say,
  });
}
