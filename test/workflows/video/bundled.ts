import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleHandlers } from "../../../lib/constructs/bundles/bundle-handlers.ts";

/** Imports a file of the video studio as its handlers are bundled, with fonts and WebAssembly in it. */
export async function bundled<Module>(file: string): Promise<Module> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-video-"));
  bundleHandlers(new Map([["studio", join(import.meta.dirname, "../../../workflows/video", file)]]), folder);
  return await import(/* @vite-ignore */ join(folder, "studio/index.mjs"));
}
