import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MadeBundles } from "../../lib/constructs/bundles/made-bundles.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-made-"));
  write("app/draw.lambda.ts", "");
  write("made/index.mjs", "// bundled");
  write("made/console/index.html", "a companion");
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);

function write(name: string, text: string): void {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
}

/** Later than any change that a test makes. */
const LATER = Date.now() + 3_600_000;

function list(began = LATER): MadeBundles {
  const draw = { folder: path("made"), files: ["index.mjs"], inputs: [path("app/draw.lambda.ts")], began };
  write("list", JSON.stringify({ draw }));
  return new MadeBundles(path("list"));
}

test("a bundle of the list is copied in place of another one, without its companions", () => {
  write("out/index.mjs", "// before");
  write("out/system.json", "of another bundle");
  expect(list().take("draw", path("out"))).toMatchObject({ inputs: [path("app/draw.lambda.ts")] });
  expect(readFileSync(path("out/index.mjs"), "utf8")).toBe("// bundled");
  expect(() => readFileSync(path("out/system.json"))).toThrow("ENOENT");
  expect(() => readFileSync(path("out/console/index.html"))).toThrow("ENOENT");
});

test("a bundle that is in its folder already stays as it is", () => {
  expect(list().take("draw", path("made"))).toBeDefined();
  expect(readFileSync(path("made/index.mjs"), "utf8")).toBe("// bundled");
  expect(readFileSync(path("made/console/index.html"), "utf8")).toBe("a companion");
});

test.each<[string, () => MadeBundles]>([
  ["one of its files has changed since", () => list(Date.now() - 1_000)],
  [
    "one of its files is gone",
    () => {
      rmSync(path("app"), { recursive: true });
      return list();
    },
  ],
  [
    "its code is gone",
    () => {
      rmSync(path("made/index.mjs"));
      return list();
    },
  ],
  ["there is no list", () => new MadeBundles(path("no list"))],
  ["no list is named", () => new MadeBundles(undefined)],
])("no bundle is used if %s", (_, bundles) => {
  expect(bundles().take("draw", path("out"))).toBeUndefined();
});

test("a bundle of another key is not used", () => {
  expect(list().take("print", path("out"))).toBeUndefined();
});
