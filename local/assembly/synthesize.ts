import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../kernel/errors.ts";
import { privateFolder } from "../kernel/private-folder.ts";
import { recordsFolder, type SynthesisInputs, takeRecords } from "../synthesis/inputs.ts";

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

export interface Synthesis {
  /** The command that runs the CDK app: "node bin/app.ts". */
  app: string;
  folder: string;
  /** The output folder of the cloud assembly. */
  output: string;
  context: Record<string, unknown>;
  account: string;
  region: string;
  /** Receives the output of the app while it runs. @default standard error */
  print?: (text: string) => void;
}

/** The app failed. */
export class SynthesisError extends UserError {
  /** The complete output. */
  readonly printed: string;

  constructor(app: string, code: number | string, printed: string) {
    super(`The CDK app "${app}" ended with ${code}; its output is above.`);
    this.printed = printed;
  }
}

const RECORDER = join(import.meta.dirname, `../synthesis/record${extname(import.meta.filename)}`);

/**
 * Runs the CDK app, which writes its cloud assembly. Answers the sources of the app; undefined if they are
 * unknown because the app is not a Node.js program. The CDK's own check of templates, which takes longer than
 * everything else, is left to `cdk synth` and `cdk deploy`, unless CDK_VALIDATION requests it. Throws
 * SynthesisError.
 */
export async function synthesize(synthesis: Synthesis): Promise<SynthesisInputs | undefined> {
  const { app, folder, output, context, account, region } = synthesis;
  const { print = (text: string) => void process.stderr.write(text) } = synthesis;
  const records = recordsFolder();
  let printed = "";
  const code = await new Promise<number | string>((resolve, reject) => {
    const child = spawn(app, {
      cwd: folder,
      shell: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        CDK_VALIDATION: "false",
        // Where Node.js stores compiled code, if it is asked to.
        NODE_COMPILE_CACHE: privateFolder("millrace-compiled"),
        // The output goes to the same terminal, through this process.
        ...(process.stderr.isTTY && { FORCE_COLOR: "1" }),
        ...process.env,
        NODE_OPTIONS: [process.env.NODE_OPTIONS, `--import ${JSON.stringify(pathToFileURL(RECORDER).href)}`]
          .filter(Boolean)
          .join(" "),
        MILLRACE_SYNTHESIS: records,
        CDK_OUTDIR: output,
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, "aws:cdk:enable-path-metadata": true }),
        CDK_DEFAULT_ACCOUNT: account,
        CDK_DEFAULT_REGION: region,
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        print(text);
      });
    }
    child.once("error", reject);
    child.once("close", (status, signal) => resolve(status ?? signal ?? "unknown"));
  });
  const inputs = takeRecords(records, output);
  if (code !== 0) throw new SynthesisError(app, code, printed);
  return inputs;
}

function readIfThere(path: string): any {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UserError(`${path} is not JSON: ${(error as Error).message}`);
  }
}
