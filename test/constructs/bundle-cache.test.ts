import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BundleCache } from "../../lib/constructs/bundles/bundle-cache.ts";
import { bundleHandlers } from "../../lib/constructs/bundles/bundle-handlers.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-bundles-"));
  write("package.json", '{ "type": "module" }');
  write("app/draw.lambda.ts", 'import { line } from "./line";\nexport const handler = () => line;\n');
  write("app/line.js", 'export const line = "a line";\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const INPUTS = ["app/draw.lambda.ts", "app/line.js"];
const FILES = [{ path: "draw/index.mjs", content: Buffer.from("// bundled") }];
/** Later than any change that a test makes before it bundles. */
const LATER = Date.now() + 3_600_000;

/** A cache that holds one bundle of the inputs. */
function filledCache(began = LATER): BundleCache {
  const cache = new BundleCache(join(folder, "cache"));
  cache.keep(
    "draw",
    INPUTS.map((path) => join(folder, path)),
    FILES,
    began,
  );
  return cache;
}

test("a cached bundle is used while nothing of it has changed", () => {
  expect(filledCache().take("draw", join(folder, "out"))).toBeDefined();
  expect(readFileSync(join(folder, "out/draw/index.mjs"), "utf8")).toBe("// bundled");
});

test("a bundle of another key is not taken", () => {
  expect(filledCache().take("print", join(folder, "out"))).toBeUndefined();
});

const changes: Record<string, () => void> = {
  "what was bundled": () => write("app/line.js", 'export const line = "no line";\n'),
  "what is gone": () => rmSync(join(folder, "app/line.js")),
  "a file that an import means from now on": () => write("app/line.ts", ""),
  "what a package says of itself": () => write("package.json", '{ "type": "module", "sideEffects": false }'),
  "how TypeScript is read": () => write("tsconfig.json", "{}"),
  "a package nearer to it": () => write("app/node_modules/zod/package.json", "{}"),
  "a package within a scope": () => write("node_modules/@smithy/core/package.json", "{}"),
  "what has been installed": () => write("node_modules/.package-lock.json", '{ "packages": {} }'),
  "where a link leads": () => {
    rmSync(join(folder, "node_modules/linked"));
    symlinkSync("../app", join(folder, "node_modules/linked"));
  },
};
test.each(Object.entries(changes))("a bundle is outdated by %s", (_, change) => {
  write("node_modules/@smithy/types/package.json", "{}");
  write("node_modules/.package-lock.json", "{}");
  symlinkSync("../elsewhere", join(folder, "node_modules/linked"));
  const cache = filledCache();
  expect(cache.take("draw", join(folder, "out"))).toBeDefined();
  change();
  expect(cache.take("draw", join(folder, "out"))).toBeUndefined();
});

test("nothing is cached of files that may have changed while they were bundled", () => {
  expect(filledCache(0).take("draw", join(folder, "out"))).toBeUndefined();
});

test("nothing is cached if a tsconfig.json extends another file, which may change as well", () => {
  write("tsconfig.json", '{ "extends": "./base.json" }');
  expect(filledCache().take("draw", join(folder, "out"))).toBeUndefined();
});

test("only the latest bundle of a key is kept", () => {
  filledCache();
  write("app/line.js", "export const line = 2;\n");
  filledCache();
  expect(readdirSync(join(folder, "cache/draw"))).toHaveLength(2); // Its note and its files.
});

/** Keeps at once, where otherwise what was written just now is not. */
class PromptCache extends BundleCache {
  override keep(...[key, inputs, files, , known]: Parameters<BundleCache["keep"]>): void {
    super.keep(key, inputs, files, LATER, known);
  }
}

/** What comes of the handler. */
function bundled(cache: BundleCache): string {
  bundleHandlers(new Map([["draw", join(folder, "app/draw.lambda.ts")]]), join(folder, "out"), cache);
  return readFileSync(join(folder, "out/draw/index.mjs"), "utf8");
}

test("handlers that have not changed are not bundled again, and those that have are", () => {
  const cache = new PromptCache(join(folder, "cache"));
  const first = bundled(cache);
  expect(first).toContain("a line");
  // The parts of the SDK may be there as well.
  const files = readdirSync(join(folder, "cache"), { recursive: true, encoding: "utf8" });
  const kept = files.find((path) => basename(path) === "index.mjs")!;
  writeFileSync(join(folder, "cache", kept), zstdCompressSync("// from the cache"));
  expect(bundled(cache)).toBe("// from the cache");
  write("app/line.js", 'export const line = "another one";\n');
  expect(bundled(cache)).toContain("another one");
});

test("a cache that cannot be written to causes no error", () => {
  write("cache", "a file, and no folder");
  expect(bundled(new PromptCache(join(folder, "cache")))).toContain("a line");
});

test("bundles do not depend on their folder, including their source maps", () => {
  const entries = new Map([["draw", join(folder, "app/draw.lambda.ts")]]);
  const [here, there] = ["here", "some/where/else"].map((name) => {
    bundleHandlers(entries, join(folder, name), new BundleCache(join(folder, `cache of ${name}`)));
    return readFileSync(join(folder, name, "draw/index.mjs.map"), "utf8");
  });
  expect(there).toBe(here);
});
