import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bundleHandlers, bundlePool } from "../../../lib/constructs/bundles/bundle-handlers.ts";
import { MadeBundles } from "../../../lib/constructs/bundles/made-bundles.ts";
import { realClock } from "../../../local/kernel/clock.ts";
import { type Bundle, madeOf, ownOf } from "../../../local/reload/bundles.ts";
import { Rebundler } from "../../../local/reload/rebundle.ts";

let folder: string;
let rebundler: Rebundler;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "millrace-rebundle-")));
  for (const name of ["draw", "print", "scan"])
    write(
      `app/${name}.lambda.ts`,
      `import { line } from "./line.ts";\nexport const handler = () => "${name} " + line;\n`,
    );
  write("app/line.ts", 'export const line = "a line";\n');
  rebundler = new Rebundler(path("assembly"), realClock());
});
afterEach(async () => {
  await rebundler.close();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);

function write(name: string, text: string): void {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
}

const entries = (...names: string[]) => new Map(names.map((name) => [name, path(`app/${name}.lambda.ts`)]));

/** What an app bundles, without a cache: two handlers, and a pool of two. */
function bundled(assembly: string): Bundle[] {
  const made = [
    ...bundleHandlers(entries("draw", "print"), path(`${assembly}/handlers`), NO_CACHE),
    ...bundlePool(entries("print", "scan"), undefined, path(`${assembly}/pool`), NO_CACHE),
  ];
  return made.map((one) => ({ ...one, inputs: [...one.inputs], own: ownOf(one.inputs) }));
}
const NO_CACHE = null as unknown as undefined;

const outdated = (bundles: Bundle[]) => bundles.map((bundle) => ({ bundle, deployed: bundle.folder }));
const filesIn = (at: string) =>
  ["index.mjs", "index.mjs.map"].map((name) => readFileSync(join(at, name), "utf8"));

test("handlers that are bundled again together are those that the app would bundle, pools too", async () => {
  const before = bundled("assembly");
  write("app/line.ts", 'import { word } from "./word.ts";\nexport const line = word;\n');
  write("app/word.ts", 'export const word = "a word";\n');
  const made = await rebundler.bundle(outdated(before));
  const fresh = bundled("fresh");
  for (const [at, { folder: own, own: inputs }] of made.entries()) {
    expect(filesIn(own)).toEqual(filesIn(fresh[at]!.folder));
    expect(inputs).toContain(path("app/word.ts"));
    expect(new Set(inputs)).toEqual(new Set(fresh[at]!.own));
  }
  expect(made).toHaveLength(3);
});

test("the app uses bundles that were made again, and those that have not changed", async () => {
  const [draw, print, pool] = bundled("assembly") as [Bundle, Bundle, Bundle];
  await new Promise((resolve) => setTimeout(resolve, 30));
  write("app/draw.lambda.ts", "export const handler = 1;\n");
  await new Promise((resolve) => setTimeout(resolve, 30));
  // Code that is not made of the files shows that it was used as it is.
  for (const { folder } of [print, pool]) writeFileSync(join(folder, "index.mjs"), "// in place");
  const [made] = await rebundler.bundle(outdated([draw]));
  writeFileSync(join(made!.folder, "index.mjs"), "// made");
  const known = { ...madeOf([draw, print, pool]), ...rebundler.made };
  for (const one of Object.values(known)) one.began += 1_000;
  write("list", JSON.stringify(known));
  vi.stubEnv("MILLRACE_BUNDLES", path("list"));
  try {
    expect(new MadeBundles().take(draw.key, path("elsewhere"))).toBeDefined();
    const again = bundled("assembly").map((one) => readFileSync(join(one.folder, "index.mjs"), "utf8"));
    expect(again).toEqual(["// made", "// in place", "// in place"]);
  } finally {
    vi.unstubAllEnvs();
  }
});

test("bundles for a debugger are not offered to the app", async () => {
  const before = bundled("assembly");
  rebundler.readable = true;
  await rebundler.bundle(outdated(before));
  expect(rebundler.made).toEqual({});
});

test("bundles are made in more sets than those whose parsed files are kept", async () => {
  const [draw, print, pool] = outdated(bundled("assembly"));
  const sets = [[draw], [print], [pool], [draw, print], [draw, print, pool], [draw]];
  for (const set of sets) expect(await rebundler.bundle(set as [])).toHaveLength(set.length);
});
