import fs from "node:fs";
import { createRequire, registerHooks, syncBuiltinESMExports } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import type { SynthesisInputs } from "./inputs.ts";
import { prepare } from "./prepare.ts";

/**
 * Loaded into the process of a CDK app, with --require: records what the app is made of, the modules that it loads and the
 * files that it reads, in a file of its own in the folder that MILLRACE_SYNTHESIS names. See `inputs.ts`. With --import,
 * Node.js would load the app as an ES module, which breaks ts-node.
 */
const folder = process.env.MILLRACE_SYNTHESIS;

const found = {
  modules: new Set<string>(),
  loaded: new Set<string>(),
  files: new Set<string>(),
  folders: new Set<string>(),
  trees: new Set<string>(),
  copies: new Set<string>(),
} satisfies Record<Exclude<keyof SynthesisInputs, "main">, Set<string>>;

/** Modules with code. Data files are loaded by the code that imports them. */
const CODE = /\.[cm]?[jt]s$/;

function record(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (resolved.url.startsWith("file:")) {
        const path = fileURLToPath(resolved.url);
        found.modules.add(path);
        if (resolved.format?.startsWith("module")) found.loaded.add(path);
      }
      return resolved;
    },
  });
  const note = (set: Set<string>, path: unknown) => {
    if (typeof path === "string") set.add(resolve(path));
    else if (path instanceof URL && path.protocol === "file:") set.add(fileURLToPath(path));
  };
  const own = fs as unknown as Record<string, (...given: unknown[]) => unknown>;
  const watch = (name: string, kindOf: (options: unknown) => keyof typeof found) => {
    const original = own[name]!;
    own[name] = (...given) => {
      note(found[kindOf(given[1])], given[0]);
      return original(...given);
    };
  };
  watch("readFileSync", () => "files");
  watch("existsSync", () => "files");
  // A file whose version is known is not read again.
  watch("statSync", () => "files");
  watch("readdirSync", (options) =>
    (options as { recursive?: boolean } | undefined)?.recursive ? "trees" : "folders",
  );
  watch("cpSync", () => "copies");
  syncBuiltinESMExports();
  process.on("exit", (code) => {
    if (code !== 0 || !fs.existsSync(folder!)) return;
    // CommonJS resolves more modules than it loads.
    const { cache } = createRequire(import.meta.url);
    for (const path of found.modules) if (path in cache && CODE.test(path)) found.loaded.add(path);
    const kinds = Object.entries(found).map(([kind, paths]) => [kind, [...paths]]);
    const inputs = { main: process.argv[1], ...Object.fromEntries(kinds) };
    fs.writeFileSync(join(folder!, `${process.pid}.json`), JSON.stringify(inputs));
  });
}

if (folder !== undefined && fs.existsSync(folder)) {
  record();
  if (isMainThread) prepare(folder);
}
