import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { Latest } from "../kernel/latest.ts";
import type { FunctionCode } from "../lambda/runner.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";

/** A Lambda handler. Those of older runtimes may answer by the callback. */
export type Handler = (event: any, context: any, callback?: any) => unknown;

/** What a handler that replaces a function's code is made with. */
export interface FunctionEnvironment {
  /** The function's environment variables. */
  variables: Record<string, string>;
  /**
   * Loads a source file (TypeScript or JavaScript, bundled first) into the function's environment, where it sees the
   * function's variables, the virtual clock and the simulated services. Answers what the file exports.
   */
  load(file: string | URL): Promise<any>;
  /** Waits in virtual time, milliseconds. Code of the test itself has the test's clock. */
  sleep(milliseconds: number): Promise<void>;
}

/** Makes the handler of one environment: called at each cold start. */
export type HandlerFactory = (environment: FunctionEnvironment) => Handler | Promise<Handler>;

export class HandlerError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** The handler that the function's bundle exports. Throws HandlerError, or what the code throws. */
export async function handlerOf({ folder, handler }: FunctionCode, { modules }: Sandbox): Promise<Handler> {
  const slash = handler.lastIndexOf("/") + 1;
  const [, name, path] = /^([^.]*)\.(.+)$/.exec(handler.slice(slash)) ?? [];
  if (name === undefined || path === undefined) {
    throw new HandlerError(
      "MalformedHandlerName",
      `'${handler}' is not a valid handler name. Use "file.export".`,
    );
  }
  const module = handler.slice(0, slash) + name;
  const file = [".js", ".mjs", ".cjs"].map((type) => join(folder, module + type)).find(existsSync);
  if (!file) throw new HandlerError("ImportModuleError", `Error: Cannot find module '${name}'`);
  const exported = await modules.import(file).catch(refuseMissing);
  const found = select(exported, path) ?? select(exported.default, path);
  if (typeof found !== "function") {
    throw new HandlerError("HandlerNotFound", `${handler} is undefined or not exported`);
  }
  return found as Handler;
}

function refuseMissing(error: unknown): never {
  const isMissing = (error as { code?: unknown } | undefined)?.code === "MODULE_NOT_FOUND";
  throw isMissing ? new HandlerError("ImportModuleError", String(error)) : error;
}

const select = (exported: unknown, path: string): unknown =>
  path.split(".").reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], exported);

export function environmentOf({ variables }: FunctionCode, sandbox: Sandbox): FunctionEnvironment {
  return {
    variables,
    sleep: sandbox.sleep,
    load(source) {
      const file = source instanceof URL ? fileURLToPath(source) : source;
      return sandbox.modules.import(file, bundle(file));
    },
  };
}

/** Characters of bundles that are kept. */
const MOST_BUNDLED = 50_000_000;
const bundles = new Latest<string>(MOST_BUNDLED);

/** The file with all that it imports, as one ES module. */
function bundle(file: string): string {
  const known = bundles.get(file);
  if (known !== undefined) return known;
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    banner: {
      js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
    },
  });
  const { text } = outputFiles[0]!;
  bundles.set(file, text, text.length);
  return text;
}
