#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { fail } from "./fail.ts";
import { privateFolder } from "./kernel/private-folder.ts";

/**
 * Node keeps the code that is imported from now on, so that the next start takes a fifth less. Where the temporary folder
 * cannot be used, each start compiles it again.
 */
function keepCompiledCode(): void {
  try {
    enableCompileCache(privateFolder("millrace-compiled"));
  } catch {
    return; // What needs the folder for more than speed says what is wrong with it.
  }
}

/** The entry of `npm start`. */
try {
  keepCompiledCode();
  const { startApp } = await import("./start-app.ts");
  await startApp();
} catch (error) {
  fail(error);
}
