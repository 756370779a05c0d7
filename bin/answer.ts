import type { Command } from "commander";
import { print } from "./format.ts";

/** Prints the result of a command: for people, or with --json for programs. */
export function answer(command: Command, value: unknown, text: () => string): void {
  print(wantsJson(command) ? JSON.stringify(value, null, 2) : text());
}

export function wantsJson(command: Command): boolean {
  return command.optsWithGlobals<{ json?: boolean }>().json === true;
}
