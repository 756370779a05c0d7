import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, extname } from "node:path";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import { init } from "es-module-lexer";
import { versionOf } from "../../kernel/file-version.ts";
import { Latest } from "../../kernel/latest.ts";
import { moduleBody } from "./esm.ts";
import { overlay } from "./overlay.ts";
import { resolveModule } from "./resolve.ts";

await init();

/** The name of the function that a module's text becomes. */
const WHOLE = "__module";

/**
 * V8's baseline code finds its place by counting from the beginning of its function, for each error that is made below it: in
 * a function as long as a bundle that takes longer than all that the baseline compiler saves. The price is that Node's own
 * code cache, made with other flags, does not fit what this process loads or which threads it starts from now on.
 */
setFlagsFromString(`--sparkplug-filter=-${WHOLE}`);

type Namespace = Record<string, unknown>;

/** The text of a module, compiled once for all environments. */
type Compiled =
  | { kind: "module"; imports: string[]; enclose: Enclose }
  | { kind: "script"; enclose: Enclose }
  | { kind: "data"; value: unknown };

/**
 * Answers the module's function for one environment. It is the same function object for all of them, so that
 * the engine's optimizations of the code are shared.
 */
type Enclose = (...globals: unknown[]) => (...given: unknown[]) => unknown;

const COMMONJS = ["exports", "require", "module", "__filename", "__dirname"];
const ES_MODULE = ["__modules", "__export", "__exportAll", "__import", "__meta"];

/** Characters of code that are kept: a few apps of some twenty functions each. */
const MOST_CODE = 100_000_000;
/** By digest of the text: functions that every app has are the same in each, and keep what the engine has optimized. */
const compiled = new Latest<Compiled>(MOST_CODE);
const MOST_FILES = 10_000;
/** The digest by file and its version, or by the given text: a longer key would be read through at each cold start. */
const digests = new Latest<string>(MOST_FILES);

/**
 * The modules of one environment: loaded afresh, with `globals` in place of what is global in Node, and with
 * `builtin` in place of Node's own modules. Loads ES modules and CommonJS from files.
 */
export class Modules {
  private readonly globals: Record<string, unknown>;
  private readonly builtin: (name: string) => unknown;
  private readonly loaded = new Map<string, Promise<Namespace>>();
  private readonly required = new Map<string, { exports: unknown }>();

  constructor(globals: Record<string, unknown>, builtin: (name: string) => unknown) {
    this.globals = globals;
    this.builtin = builtin;
  }

  /** The namespace of a file's module. `text` replaces the contents of the file. */
  import(file: string, text?: string): Promise<Namespace> {
    const known = this.loaded.get(file);
    if (known) return known;
    const loading = this.evaluate(file, text);
    this.loaded.set(file, loading);
    return loading;
  }

  /** `require` as code in that file sees it. */
  requireOf(file: string): NodeJS.Require {
    const real = createRequire(file);
    const load = (name: string): unknown => {
      if (isBuiltin(name)) return this.builtin(name.replace(/^node:/, ""));
      return this.require(resolveModule(name, file));
    };
    return Object.assign(load, real, { cache: {} });
  }

  private async evaluate(file: string, text?: string): Promise<Namespace> {
    const code = compile(file, Object.keys(this.globals), text);
    if (code.kind !== "module") return namespaceOf(this.require(file));
    const namespace: Namespace = Object.create(null);
    const provide = (name: string, get: () => unknown) =>
      Object.defineProperty(namespace, name, { get, enumerable: true, configurable: true });
    const provideAll = (from: Namespace) => {
      for (const name of Object.keys(from)) if (name !== "default") provide(name, () => from[name]);
    };
    const load = (name: string) => this.importFrom(name, file);
    const modules: Namespace[] = [];
    for (const name of code.imports) modules.push(await load(name));
    const url = pathToFileURL(file).href;
    const meta = { url, filename: file, dirname: dirname(file), resolve: createRequire(file).resolve };
    await code.enclose(...Object.values(this.globals))(modules, provide, provideAll, load, meta);
    return namespace;
  }

  private async importFrom(name: string, file: string): Promise<Namespace> {
    if (isBuiltin(name)) return namespaceOf(this.builtin(name.replace(/^node:/, "")));
    return await this.import(resolveModule(name, file));
  }

  private require(file: string): unknown {
    const known = this.required.get(file);
    if (known) return known.exports;
    const code = compile(file, Object.keys(this.globals));
    if (code.kind === "data") return code.value;
    if (code.kind === "module") {
      throw new Error(`${file} is an ES module, which a simulation cannot require. Import it.`);
    }
    const module = { exports: {} as unknown };
    this.required.set(file, module);
    code.enclose(...Object.values(this.globals))(
      module.exports,
      this.requireOf(file),
      module,
      file,
      dirname(file),
    );
    return module.exports;
  }
}

/** What `import` of a CommonJS or built-in module yields. */
function namespaceOf(exported: unknown): Namespace {
  if ((typeof exported !== "object" && typeof exported !== "function") || exported === null) {
    return { default: exported };
  }
  return overlay(exported as Namespace, { default: exported });
}

function compile(file: string, globals: string[], given?: string): Compiled {
  const key = given ?? `${file}\n${versionOf(file)}`;
  const known = compiled.get(digests.get(key) ?? "");
  if (known) return known;
  const text = given ?? readFileSync(file, "utf8");
  const digest = createHash("sha256")
    .update(`${extname(file)} ${globals}\n${text}`)
    .digest("base64");
  digests.set(key, digest, 1);
  const found = compiled.get(digest) ?? translate(file, text, globals);
  compiled.set(digest, found, text.length);
  return found;
}

function translate(file: string, text: string, globals: string[]): Compiled {
  if (file.endsWith(".json")) return { kind: "data", value: JSON.parse(text) };
  const module = moduleBody(text.replace(/^#!.*/, ""));
  const [keyword, names, body] = module
    ? ["async function", ES_MODULE, `"use strict";${module.body}`]
    : ["function", COMMONJS, text.replace(/^#!.*/, "")];
  // Two functions, so that the code may declare names of its own for what is global; the inner one in parentheses, so
  // that it is compiled with the outer one rather than looked over first and read again when it is called.
  const source = `(function(${globals}){return(${keyword} ${WHOLE}(${names}){${body}\n})})`;
  const enclose: Enclose = new Script(source, { filename: file }).runInThisContext();
  return module ? { kind: "module", imports: module.imports, enclose } : { kind: "script", enclose };
}
