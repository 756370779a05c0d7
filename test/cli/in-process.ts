import type { Command } from "commander";
import { vi } from "vitest";
import { explain } from "../../bin/explain.ts";
import { createProgram } from "../../bin/program.ts";

export interface Ended {
  code: number;
  out: string;
  error: string;
}

/** What the program sets for the SDK of its process. */
const VARIABLES = ["AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

/** One after another: they share the streams and variables of this process. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs the command line in this process, with the workflows of this project: a process of its own takes half a second
 * of a processor to load the same modules.
 */
export function millraceHere(...args: string[]): Promise<Ended> {
  const ended = turn.then(() => runHere(args));
  turn = ended;
  return ended;
}

async function runHere(args: string[]): Promise<Ended> {
  const written = { out: "", error: "" };
  const variables = VARIABLES.map((name) => [name, process.env[name]] as const);
  const before = process.exitCode;
  process.exitCode = undefined;
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(collect("out")),
    vi.spyOn(process.stderr, "write").mockImplementation(collect("error")),
  ];
  try {
    const program = await createProgram(args, () => {});
    keepProcess(program);
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    const { code, exitCode } = error as { code?: unknown; exitCode?: number };
    const isOfCommander = typeof code === "string" && code.startsWith("commander.");
    if (!isOfCommander) written.error += `${explain(error)}\n`;
    process.exitCode = isOfCommander ? exitCode : 1;
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const [name, value] of variables) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
  const code = Number(process.exitCode ?? 0);
  process.exitCode = before;
  return { code, ...written };

  function collect(stream: "out" | "error") {
    return ((text: string | Uint8Array) => {
      written[stream] += text;
      return true;
    }) as typeof process.stdout.write;
  }
}

/** Errors of usage are thrown where the command line would end the process. */
function keepProcess(command: Command): void {
  command.exitOverride();
  for (const one of command.commands) keepProcess(one);
}
