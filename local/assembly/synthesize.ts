import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../kernel/errors.ts";
import { privateFolder } from "../kernel/private-folder.ts";

/** What cdk.json says; the rest of it is the CDK CLI's. */
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

export interface Synthesis {
  /** The command that runs the CDK app: "node bin/app.ts". */
  app: string;
  folder: string;
  /** Where the cloud assembly goes. */
  output: string;
  context: Record<string, unknown>;
  account: string;
  region: string;
}

/**
 * Runs the CDK app so that it writes its cloud assembly. What it prints goes to the terminal. The CDK's own check of templates,
 * which takes longer than all else, is left to `cdk synth` and `cdk deploy`, unless CDK_VALIDATION asks for it.
 */
export async function synthesize({
  app,
  folder,
  output,
  context,
  account,
  region,
}: Synthesis): Promise<void> {
  const code = await new Promise<number | string>((resolve, reject) => {
    const child = spawn(app, {
      cwd: folder,
      shell: true,
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        CDK_VALIDATION: "false",
        // Where Node.js keeps compiled code, for those who ask for it.
        NODE_COMPILE_CACHE: privateFolder("millrace-compiled"),
        ...process.env,
        CDK_OUTDIR: output,
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, "aws:cdk:enable-path-metadata": true }),
        CDK_DEFAULT_ACCOUNT: account,
        CDK_DEFAULT_REGION: region,
      },
    });
    child.once("error", reject);
    child.once("close", (status, signal) => resolve(status ?? signal ?? "unknown"));
  });
  if (code !== 0) throw new UserError(`The CDK app "${app}" ended with ${code}; what it said is above.`);
}

function readIfThere(path: string): any {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UserError(`${path} is not JSON: ${(error as Error).message}`);
  }
}
