import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../kernel/errors.ts";
import { AppProcess, type Synthesis } from "../synthesis/app-process.ts";
import type { SynthesisInputs } from "../synthesis/inputs.ts";

/** The relevant part of cdk.json; the rest is for the CDK CLI. */
export interface CdkSettings {
  app: string | undefined;
  output: string;
  context: Record<string, unknown>;
}

/** Reads cdk.json and cdk.context.json of a folder, as the CDK CLI does. */
export function readSettings(folder: string): CdkSettings {
  const { app, output = "cdk.out", context = {} } = readIfThere(join(folder, "cdk.json"));
  return { app, output, context: { ...context, ...readIfThere(join(folder, "cdk.context.json")) } };
}

/**
 * Runs the CDK app, which writes its cloud assembly. Answers the sources of the app; undefined if they are
 * unknown because the app is not a Node.js program. Throws SynthesisError.
 */
export async function synthesize(synthesis: Synthesis): Promise<SynthesisInputs | undefined> {
  return await new AppProcess(synthesis).run(synthesis.print);
}

function readIfThere(path: string): any {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UserError(`${path} is not JSON: ${(error as Error).message}`);
  }
}
