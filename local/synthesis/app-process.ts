import { type ChildProcessByStdio, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { UserError } from "../kernel/errors.ts";
import { privateFolder } from "../kernel/private-folder.ts";
import type { MadeBundles } from "../reload/bundles.ts";
import { recordsFolder, type SynthesisInputs, takeRecords } from "./inputs.ts";
import { letGo, type Preparation, UNPREPARED, writePreparation } from "./prepare.ts";

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

/** The CDK app ended with an error. */
export class SynthesisError extends UserError {
  /** The complete output. */
  readonly printed: string;

  constructor(app: string, code: number | string, printed: string) {
    super(`The CDK app "${app}" ended with ${code}; its output is above.`);
    this.printed = printed;
  }
}

const RECORDER = join(import.meta.dirname, `record${extname(import.meta.filename)}`);

/**
 * A process that runs the CDK app once, which writes its cloud assembly. With a preparation, it loads
 * modules that the app loads too, and waits until it may run. The CDK's own check of templates, which takes longer
 * than everything else, is left to `cdk synth` and `cdk deploy`, unless CDK_VALIDATION requests it.
 */
export class AppProcess {
  private readonly synthesis: Omit<Synthesis, "print">;
  private readonly folder = recordsFolder();
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  private printed = "";
  private print: (text: string) => void = () => {};

  constructor(synthesis: Omit<Synthesis, "print">, preparation?: Preparation) {
    const { app, folder } = synthesis;
    this.synthesis = synthesis;
    if (preparation) writePreparation(this.folder, preparation);
    const env = environment(synthesis, this.folder);
    this.child = spawn(app, { cwd: folder, shell: true, stdio: ["pipe", "pipe", "pipe"], env });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.printed += text;
        this.print(text);
      });
    }
    // The process may end without reading its standard input.
    this.child.stdin.on("error", () => {});
    this.ended = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (status, signal) => resolve(status ?? signal ?? "unknown"));
    });
    this.ended.catch(() => {});
  }

  /** Whether the process ended before it ran the app. */
  get isGone(): boolean {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /**
   * Answers the sources of the app; undefined if they are unknown. `bundles`: those that the app does not
   * have to make. Throws SynthesisError.
   */
  async run(
    print: (text: string) => void = (text) => void process.stderr.write(text),
    bundles: MadeBundles = {},
  ): Promise<SynthesisInputs | undefined> {
    print(this.printed);
    this.print = print;
    writeFileSync(bundlesFile(this.folder), JSON.stringify(bundles));
    letGo(this.folder);
    this.child.stdin.end();
    const code = await this.ended;
    const { app, output } = this.synthesis;
    const inputs = takeRecords(this.folder, output);
    if (code === UNPREPARED) return await new AppProcess(this.synthesis).run(print, bundles);
    if (code !== 0) throw new SynthesisError(app, code, this.printed);
    return inputs;
  }

  /** Ends it without running the app. Its folder is removed afterwards: without it, the app would run. */
  discard(): void {
    this.child.stdin.end();
    void this.ended.catch(() => {}).then(() => rmSync(this.folder, { recursive: true, force: true }));
  }
}

/** What the local cloud needs of an assembly: the paths of resources, not the code that created each. */
const CONTEXT = {
  "aws:cdk:enable-path-metadata": true,
  "aws:cdk:disable-creation-stack-traces": true,
  "aws:cdk:disable-stack-trace": true,
};

const bundlesFile = (folder: string) => join(folder, "bundles");

function environment(
  { output, context, account, region }: Omit<Synthesis, "print">,
  records: string,
): NodeJS.ProcessEnv {
  return {
    CDK_VALIDATION: "false",
    // Where Node.js stores compiled code, if that is enabled.
    NODE_COMPILE_CACHE: privateFolder("millrace-compiled"),
    // The output goes to the same terminal, through this process.
    ...(process.stderr.isTTY && { FORCE_COLOR: "1" }),
    ...process.env,
    NODE_OPTIONS: [process.env.NODE_OPTIONS, `--require ${JSON.stringify(RECORDER)}`]
      .filter(Boolean)
      .join(" "),
    MILLRACE_SYNTHESIS: records,
    MILLRACE_BUNDLES: bundlesFile(records),
    CDK_OUTDIR: output,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...CONTEXT }),
    CDK_DEFAULT_ACCOUNT: account,
    CDK_DEFAULT_REGION: region,
  };
}
