#!/usr/bin/env node
import module from "node:module";
import { requireNode } from "./kernel/node-version.ts";
import { privateFolder } from "./kernel/private-folder.ts";
import { fail } from "./start/fail.ts";

/**
 * Node keeps the code that is imported from now on, so that the next start takes a fifth less. Where the temporary folder
 * cannot be used, each start compiles it again.
 */
function keepCompiledCode(): void {
  try {
    module.enableCompileCache(privateFolder("millrace-compiled"));
  } catch {
    return; // What needs the folder for more than speed says what is wrong with it.
  }
}

/** The entry of `npm start`. It imports the rest after it has checked the version of Node, which may not have what that needs. */
try {
  requireNode();
  keepCompiledCode();
  const { startApp } = await import("./start/start-app.ts");
  await startApp();
} catch (error) {
  fail(error);
}
