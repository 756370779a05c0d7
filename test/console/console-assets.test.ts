import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { consoleFolder } from "../../lib/constructs/control-plane/console-assets.ts";

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "console-"));
  mkdirSync(join(project, "src"));
  writeFileSync(join(project, "index.html"), '<script type="module" src="./src/main.ts"></script>');
  writeFileSync(join(project, "src/main.ts"), "document.title = 'one';");
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

const page = () => readFileSync(join(project, "dist/index.html"), "utf8");

test("it is built if it is missing or older than its sources, and otherwise not changed", () => {
  expect(consoleFolder(project)).toBe(join(project, "dist"));
  const first = page();
  const { mtimeMs } = statSync(join(project, "dist"));
  consoleFolder(project);
  expect(statSync(join(project, "dist")).mtimeMs).toBe(mtimeMs);
  writeFileSync(join(project, "src/main.ts"), "document.title = 'two';");
  consoleFolder(project);
  expect(page()).not.toBe(first);
});

test("concurrent synths do not disturb each other", async () => {
  const script = `import { consoleFolder } from ${JSON.stringify(join(import.meta.dirname, "../../lib/constructs/control-plane/console-assets.ts"))}; consoleFolder(${JSON.stringify(project)});`;
  const ends = await Promise.all(
    [1, 2, 3].map(async () => {
      const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: "inherit" });
      return (await once(child, "exit"))[0];
    }),
  );
  expect(ends).toEqual([0, 0, 0]);
  expect(page()).toContain("<script");
  expect(readdirSync(project).filter((name) => name.startsWith("dist"))).toEqual(["dist"]);
});

test("sources that cannot be built give an error with a remedy, and leave the earlier build", () => {
  consoleFolder(project);
  const before = page();
  writeFileSync(join(project, "src/main.ts"), "import './nowhere.ts';");
  expect(() => consoleFolder(project)).toThrow(/could not be built\. Fix the error.*\n[\s\S]*nowhere/);
  expect(page()).toBe(before);
  expect(readdirSync(project).filter((name) => name.startsWith("dist"))).toEqual(["dist"]);
});

test("it is a production build, in any environment", () => {
  expect(process.env.NODE_ENV).toBe("test");
  writeFileSync(join(project, "src/main.ts"), "document.title = process.env.NODE_ENV;");
  const assets = join(consoleFolder(project), "assets");
  const [code] = readdirSync(assets).filter((name) => name.endsWith(".js"));
  expect(readFileSync(join(assets, code!), "utf8")).toContain("production");
});

test("compressible files have compressed variants with the same content", () => {
  const assets = join(consoleFolder(), "assets");
  const names = readdirSync(assets);
  const plain = names.filter((name) => /\.(?:css|js)$/.test(name));
  const large = plain.filter((name) => statSync(join(assets, name)).size >= 1_024);
  expect(large.length).toBeGreaterThan(5);
  for (const name of large) {
    const read = (ending = "") => readFileSync(join(assets, `${name}${ending}`));
    expect(brotliDecompressSync(read(".br")).equals(read())).toBe(true);
    expect(gunzipSync(read(".gz")).equals(read())).toBe(true);
    // A file of a thousand bytes has little that repeats.
    const share = read().length > 4_096 ? 0.5 : 0.75;
    expect(read(".br").length).toBeLessThan(read().length * share);
  }
});

test("the console loads its files from next to its page, wherever that is served", () => {
  const html = readFileSync(join(consoleFolder(), "index.html"), "utf8");
  const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!);
  expect(addresses.length).toBeGreaterThan(1);
  expect(addresses.filter((address) => !address.startsWith("./"))).toEqual([]);
});

test("the first load is small: pages other than the overview are loaded when they are opened", () => {
  const folder = consoleFolder();
  const html = readFileSync(join(folder, "index.html"), "utf8");
  const files = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, path]) => path!);
  const bytes = files.map((path) => statSync(join(folder, `${path}.br`)).size);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(118_000);
});
