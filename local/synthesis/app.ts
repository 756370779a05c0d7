import { type Stats, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { readSettings } from "../assembly/synthesize.ts";
import { realClock } from "../kernel/clock.ts";
import { UserError } from "../kernel/errors.ts";
import { definitionMistake } from "../reload/app-problem.ts";
import type { MadeBundles } from "../reload/bundles.ts";
import { describeProblem } from "../reload/problem.ts";
import type { StartOptions } from "../start/options.ts";
import { AppProcess, type Synthesis, SynthesisError } from "./app-process.ts";
import { forgetInputs, keepInputs, type SynthesisInputs, unchangedInputs } from "./inputs.ts";

const ACCOUNT = "000000000000";
const REGION = "us-east-1";

/** A CDK app. */
export type App = Omit<Synthesis, "print">;

/** The CDK app of this folder. */
export function appOf(options: Pick<StartOptions, "app">): App {
  const folder = process.cwd();
  const settings = readSettings(folder);
  const app = options.app ?? settings.app;
  if (!app) {
    throw new UserError(
      `${folder} has no cdk.json that names an app. Go to the CDK app's folder, or give --app or --assembly.`,
    );
  }
  const output = resolve(folder, settings.output);
  return { app, folder, output, context: settings.context, account: ACCOUNT, region: REGION };
}

/** Synthesizes the app unless its assembly is of the current code. Returns what it was made from, if that is known. */
export async function synthesizeApp(
  app: App,
  { fresh }: Pick<StartOptions, "fresh">,
  say: (line: string) => void,
): Promise<SynthesisInputs | undefined> {
  const known = fresh ? undefined : unchangedInputs(app.output, app);
  if (known) {
    say("The app has not changed since it was synthesized.");
    return known;
  }
  say(`Synthesizing: ${app.app}`);
  // A mistake in a definition is one message: what is wrong, and where. For any other error, all that the app printed.
  let printed = "";
  try {
    return await writeAssembly(new AppProcess(app), app, { print: (text) => (printed += text), say });
  } catch (error) {
    const mistake = error instanceof SynthesisError ? definitionMistake(error.printed, app.app) : undefined;
    if (!mistake) throw error;
    printed = "";
    throw new UserError(describeProblem(mistake, app.folder));
  } finally {
    process.stderr.write(printed);
  }
}

/**
 * Lets the app write its assembly, and records in it what it was made from. An app may leave an assembly as it is, such as
 * "make cdk.out"; this is announced, since it may also be a mistake. Throws a UserError if there is no assembly then.
 */
export async function writeAssembly(
  process: AppProcess,
  app: App,
  { print, say }: { print(text: string): void; say(line: string): void },
  bundles?: MadeBundles,
): Promise<SynthesisInputs | undefined> {
  forgetInputs(app.output);
  const began = realClock().now();
  const before = manifestOf(app.output);
  const inputs = await process.run(print, bundles);
  const after = manifestOf(app.output);
  if (!after)
    throw new UserError(
      `The command "${app.app}" wrote no cloud assembly to ${app.output}. Give one that runs a CDK app, with --app or as "app" in cdk.json, or give an existing assembly with --assembly.`,
    );
  if (before && before.mtimeMs === after.mtimeMs && before.ino === after.ino)
    say(
      `Warning: the command "${app.app}" wrote no cloud assembly. The one in ${app.output} of ${after.mtime.toISOString()} is used. Check the command if that is not intended.`,
    );
  else if (inputs) keepInputs(app.output, inputs, app, began);
  return inputs;
}

/** An app that writes its assembly writes this file, also if it is the same. */
function manifestOf(output: string): Stats | undefined {
  return statSync(join(output, "manifest.json"), { throwIfNoEntry: false });
}
