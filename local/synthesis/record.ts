import fs from "node:fs";
import { registerHooks, syncBuiltinESMExports } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { SynthesisInputs } from "./inputs.ts";

/**
 * Loaded into the process of a CDK app, with --import: records what the app is made of, the modules that it loads and the
 * files that it reads, in a file of its own in the folder that MILLRACE_SYNTHESIS names. See `inputs.ts`.
 */
const folder = process.env.MILLRACE_SYNTHESIS;

const found = {
  modules: new Set<string>(),
  files: new Set<string>(),
  folders: new Set<string>(),
  trees: new Set<string>(),
  copies: new Set<string>(),
} satisfies Record<keyof SynthesisInputs, Set<string>>;

function record(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (resolved.url.startsWith("file:")) found.modules.add(fileURLToPath(resolved.url));
      return resolved;
    },
  });
  const note = (set: Set<string>, path: unknown) => {
    if (typeof path === "string") set.add(resolve(path));
    else if (path instanceof URL && path.protocol === "file:") set.add(fileURLToPath(path));
  };
  const own = fs as unknown as Record<string, (...given: unknown[]) => unknown>;
  const watch = (name: string, kindOf: (options: unknown) => keyof SynthesisInputs) => {
    const original = own[name]!;
    own[name] = (...given) => {
      note(found[kindOf(given[1])], given[0]);
      return original(...given);
    };
  };
  watch("readFileSync", () => "files");
  watch("existsSync", () => "files");
  watch("readdirSync", (options) =>
    (options as { recursive?: boolean } | undefined)?.recursive ? "trees" : "folders",
  );
  watch("cpSync", () => "copies");
  syncBuiltinESMExports();
  process.on("exit", (code) => {
    if (code !== 0) return;
    const inputs = Object.fromEntries(Object.entries(found).map(([kind, paths]) => [kind, [...paths]]));
    fs.writeFileSync(join(folder!, `${process.pid}.json`), JSON.stringify(inputs));
  });
}

if (folder !== undefined && fs.existsSync(folder)) record();
