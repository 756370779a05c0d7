#!/usr/bin/env node
import "./node-version.ts";
import { showBusy } from "./busy-line.ts";
import { explain } from "./explain.ts";
import { visible } from "./format.ts";
import { createProgram } from "./program.ts";

let endBusy = (): void => {};

// A program that reads our output, such as "head", may close it early.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

// The line of a busy command is removed before other output.
const write = process.stdout.write.bind(process.stdout) as (...given: unknown[]) => boolean;
process.stdout.write = ((...given: unknown[]) => {
  endBusy();
  return write(...given);
}) as typeof process.stdout.write;

try {
  const program = await createProgram(process.argv.slice(2), (command) => {
    endBusy = showBusy(command);
  });
  await program.parseAsync();
} catch (error) {
  endBusy();
  process.stderr.write(`${visible(explain(error))}\n`);
  process.exitCode = 1;
}
