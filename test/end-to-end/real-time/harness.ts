import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Cloud, startCloud } from "../../../local/cloud.ts";
import { sharedAssembly } from "../../assemblies.ts";
import type { Ended } from "../../cli/in-process.ts";
import { build } from "../../constructs/app.ts";

const root = join(import.meta.dirname, "../../..");

/** A folder of its own for each test's data. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "millrace-e2e-"));
}

/** The real app, synthesized. */
export function synthesizeApp(): string {
  return sharedAssembly("video", (outdir) => build(outdir).app);
}

/** The cloud with worker threads and the machine's clock, as `npm start` runs it. */
export async function start(
  assembly: string,
  data: string | undefined,
  report?: (line: string) => void,
): Promise<Cloud> {
  return await startCloud({ assembly, data, port: 0, report });
}

/** Runs the command line against a cloud: in this process, unless it is given an input or a folder. */
export async function millrace(endpoint: string, args: string[], input = "", cwd = root): Promise<Ended> {
  if (input === "" && cwd === root) {
    const { millraceHere } = await import("../../cli/in-process.ts");
    return await millraceHere("--endpoint", endpoint, ...args);
  }
  return await new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, "bin/millrace.ts"), "--endpoint", endpoint, ...args],
      { cwd },
      (error, out, errors) => resolve({ code: (error?.code as number | undefined) ?? 0, out, error: errors }),
    );
    child.stdin?.end(input);
  });
}

/** Looks until `look` finds something; throws after `within` milliseconds with what was looked for. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  within = 60_000,
): Promise<T> {
  for (const end = Date.now() + within; Date.now() < end; await pause(100)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`Waited in vain for ${what}.`);
}
